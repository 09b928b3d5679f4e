"""The head of a page as html5lib, the parser that the HTML standard's own tests grew up with, sees it:
the same list that tests/score/heads.c prints."""

import html5lib
from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import tokenTypes

START_TAG, END_TAG = tokenTypes["StartTag"], tokenTypes["EndTag"]
NAMESPACE = "{http://www.w3.org/1999/xhtml}"
KEPT = {
    "base": ("href",),
    "meta": ("name", "property", "itemprop", "http-equiv", "content"),
    "link": ("rel", "href", "type"),
}


class HeadTokenizer(HTMLTokenizer):
    """Ends where the body begins: what follows cannot change the head any more.

    html5lib 1.1 does not know the template element and would begin the body with it. What a template
    holds belongs to a tree of its own, so it is passed over here."""

    RAW = {"script": "scriptDataState", "style": "rawtextState", "title": "rcdataState"}

    def __iter__(self):
        templates = 0
        for token in super().__iter__():
            is_start = token["type"] == START_TAG
            if is_start and token["name"] == "template":
                templates += 1
            elif token["type"] == END_TAG and token["name"] == "template":
                templates = max(0, templates - 1)
            elif templates and is_start and token["name"] in self.RAW:
                self.state = getattr(self, self.RAW[token["name"]])
            elif not templates:
                yield token
            if self.parser.phase is self.parser.phases["inBody"]:
                return


class HeadParser(html5lib.HTMLParser):
    def mainLoop(self):
        self.tokenizer.__class__ = HeadTokenizer
        super().mainLoop()


def head(page):
    """[[name, attributes or text], ...] of the elements that may say something, in document order."""
    encoding = "utf-8" if is_utf8(page) else None
    tree = HeadParser(namespaceHTMLElements=True).parse(page, transport_encoding=encoding)
    found = []
    for element in tree.find(NAMESPACE + "head").iter():
        if not isinstance(element.tag, str) or not element.tag.startswith(NAMESPACE):
            continue
        name = element.tag[len(NAMESPACE) :]
        if name in KEPT:
            found.append([name, {key: element.get(key) for key in KEPT[name] if key in element.attrib}])
        elif name == "title" or (name == "script" and is_jsonld(element)):
            found.append([name, "".join(element.itertext())])
    return found


def is_jsonld(script):
    return (script.get("type") or "").strip(" \t\n\f\r").lower() == "application/ld+json"


def is_utf8(page):
    """Both parsers read as UTF-8 what is UTF-8, whatever a stale declaration says (encoding.c)."""
    try:
        page.decode()
    except UnicodeDecodeError:
        return False
    return True
