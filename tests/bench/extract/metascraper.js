// metascraper over the pages of a list ("URL<tab>PAGE" lines on stdin): prints the CPU seconds it
// took. Its packages lie where NODE_PATH says.
const fs = require('fs')

const fields = ['author', 'date', 'description', 'image', 'lang', 'publisher', 'title', 'url']
const metascraper = require('metascraper')(fields.map(field => require(`metascraper-${field}`)()))
const pages = fs.readFileSync(0, 'utf8').trim().split('\n').map(line => {
  const [url, path] = line.split('\t')
  return { url: url || 'https://bench.example/', html: fs.readFileSync(path, 'utf8') }
})

const run = async () => {
  const start = process.cpuUsage()
  let failed = 0
  for (const page of pages) await metascraper(page).catch(() => failed++)
  const { user, system } = process.cpuUsage(start)
  console.log((user + system) / 1e6, failed)
}
run()
