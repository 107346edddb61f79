"""YAML as the fixtures use it: read as events with every scalar text, written in one canonical form.

The schema, not YAML, decides what a scalar is (`NO` stays a country, `2012-08` a month). Aliases, tags, duplicate keys,
depth and size beyond all need are refused, so that no file can exhaust the machine.
"""

import yaml

MAX_BYTES = 20_000_000
MAX_DEPTH = 12


class BadFile(Exception):
    """A file that cannot be read; `problems` is [(sentence, line)], a line counted from 1, or None."""

    def __init__(self, sentence, line=None, others=()):
        super().__init__(sentence)
        self.problems = [(sentence, line), *others]


class Marked(dict):
    """A mapping that knows on which line it stands (`line`) and each of its values (`lines`)."""

    def __init__(self, line):
        super().__init__()
        self.line, self.lines = line, {}


class Items(list):
    """A list that knows on which line each item stands."""

    def __init__(self):
        super().__init__()
        self.lines = []


def read(stream):
    """The data of a YAML stream of bytes or text: Marked, Items, str and None; raises BadFile.

    Duplicate keys are gathered and raised together, since a file often has several.
    """
    data = stream.read(MAX_BYTES + 1)
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")  # the parser will say where what is no character stands
    if len(data) > MAX_BYTES:
        raise BadFile(f"The file is larger than {MAX_BYTES // 1_000_000} MB; split it.")
    try:
        return build(yaml.parse(data, Loader=yaml.CBaseLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadFile(f"Not valid YAML: {error.problem or error.context}.", mark and mark.line + 1) from None
    except yaml.reader.ReaderError as error:
        raise BadFile(f"Not valid YAML: {error.reason}.", 1 + data[: error.position].count(b"\n")) from None


def build(events):
    """One document from YAML events, without recursion."""
    root, stack, key, documents, repeated = None, [], [], 0, []
    for event in events:
        kind, line = type(event), event.start_mark.line + 1
        if kind is yaml.DocumentStartEvent:
            documents += 1
            if documents > 1:
                raise BadFile("The file holds more than one document.", line)
        elif kind is yaml.AliasEvent or getattr(event, "anchor", None):
            raise BadFile("Anchors and aliases are not used here: write the text again.", line)
        elif getattr(event, "tag", None) not in (None, "!"):
            raise BadFile(f"The tag {event.tag} is not used here.", line)
        elif kind in (yaml.MappingEndEvent, yaml.SequenceEndEvent):
            stack.pop()
            key.pop()
        elif kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent, yaml.ScalarEvent):
            value = (
                scalar(event)
                if kind is yaml.ScalarEvent
                else Marked(line)
                if kind is yaml.MappingStartEvent
                else Items()
            )
            if not stack:
                root = value
            elif isinstance(stack[-1], Items):
                stack[-1].append(value)
                stack[-1].lines.append(line)
            elif key[-1] is None:
                if not isinstance(value, str):
                    raise BadFile("A key is a word, not a list or a mapping.", line)
                if value in stack[-1]:
                    repeated.append((f"The key “{value[:60]}” stands twice.", line))
                key[-1] = value
                continue
            else:
                stack[-1][key[-1]] = value
                stack[-1].lines[key[-1]] = line
                key[-1] = None
            if kind is not yaml.ScalarEvent:
                stack.append(value)
                key.append(None)
                if len(stack) > MAX_DEPTH:
                    raise BadFile("Lists and mappings are nested too deeply.", line)
    if repeated:
        raise BadFile(*repeated[0], others=repeated[1:])
    return root


def scalar(event):
    """The text of a scalar; None for an empty, ~ or null without quotes, the style of which is "" for the C parser."""
    return None if not event.style and event.value in ("", "~", "null", "Null", "NULL") else event.value


class Dumper(yaml.CSafeDumper):
    """Plain data, every scalar text as text, long texts on several lines."""

    def ignore_aliases(self, data):
        return True


def represent_text(dumper, text):
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Dumper.add_representer(str, represent_text)


def write(data):
    """The canonical YAML text of plain data."""
    return yaml.dump(data, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=100, default_flow_style=False)
