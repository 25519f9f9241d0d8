"""Reads layouts.txt into the form the codec of tests/interop/probe/wire.py takes."""
import pathlib

STRUCT_TYPES = {"[]": "[]struct", "struct": "struct"}


def _field(words):
    name, kind, *rest = words
    field = {"name": name, "type": STRUCT_TYPES.get(kind, kind), "versions": "0+"}
    for word in rest:
        option, equals, value = word.partition("=")
        if not equals:
            field["versions"] = option
        elif option == "null":
            field["nullableVersions"] = value
        elif option == "default":
            field["default"] = value
        else:
            tag, _, versions = value.partition(":")
            field.update(tag=int(tag), taggedVersions=versions)
    return field


def read_layouts():
    """Message name -> layout."""
    layouts, parents = {}, []
    for line in (pathlib.Path(__file__).parent / "layouts.txt").read_text().splitlines():
        words = line.split()
        if line.startswith("#") or not words:
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        if depth == 0:
            layout = {"name": words[0], "apiKey": int(words[1]), "flexibleVersions": words[2].partition("=")[2],
                      "fields": []}
            layouts[words[0]] = layout
            parents = [layout]
            continue
        field = _field(words)
        del parents[depth:]
        parents[depth - 1].setdefault("fields", []).append(field)
        parents.append(field)
    return layouts
