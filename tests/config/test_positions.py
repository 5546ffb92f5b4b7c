from __future__ import annotations

import sys
from collections.abc import Iterator

from hypothesis import example, given
from hypothesis import strategies as st

from lint_indexes.config.positions import Key, Position, key_positions

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

DOCUMENT = '''# a comment with [brackets] and = signs
top = "x" # not = a key
[tool.a]
  indented = [
    1, # one ]
    "[not.a.table]",
]
multi = """
inside = 1
[inside]
"""   # """
literal = \'\'\'
inside = 2\'\'\'\'\'
dotted . "quoted.\\u0041" = { x = 1, y = [{ z = "}" }] }

[[list]]
a = 1
[[list]]
a = 2
[ list.sub . 'x y' ]
b = 3
'''


def test_keys_of_every_shape() -> None:
    assert dict(key_positions(DOCUMENT)) == {
        ("top",): Position(2, 1),
        ("tool", "a"): Position(3, 1),
        ("tool", "a", "indented"): Position(4, 3),
        ("tool", "a", "multi"): Position(8, 1),
        ("tool", "a", "literal"): Position(12, 1),
        ("tool", "a", "dotted", "quoted.A"): Position(14, 1),
        ("list", "0"): Position(16, 1),
        ("list", "0", "a"): Position(17, 1),
        ("list", "1"): Position(18, 1),
        ("list", "1", "a"): Position(19, 1),
        ("list", "sub", "x y"): Position(20, 1),
        ("list", "sub", "x y", "b"): Position(21, 1),
    }


def leaves(table: dict[str, object], prefix: Key = ()) -> Iterator[Key]:
    for name, value in table.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*prefix, name))
        else:
            yield (*prefix, name)


NAMES = st.sampled_from(["a", "b-c", '"d.e"', "'f g'", "1"])
VALUES = st.sampled_from(
    [
        "1",
        '"""\n#x\n[y]\n"""',
        "'''\n= '' \n'''",
        '"\\"]"',
        "[\n[1], # ]\n'}',\n]",
        "1979-05-27T07:32:00Z",
        "'='",
    ]
)
LINES = st.one_of(
    st.builds("[{}]\n".format, NAMES),
    st.builds("{} = {}\n".format, NAMES, VALUES),
    st.builds("{}.{}={} # end\n".format, NAMES, NAMES, VALUES),
    st.sampled_from(["\n", "# [x] = 1\n", "  \t\n"]),
)


@given(st.lists(LINES, max_size=12).map("".join))
def test_whatever_a_parser_finds_has_a_position(text: str) -> None:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    positions = dict(key_positions(text))
    for key in leaves(content):
        assert key in positions, key


@given(st.text(alphabet="ab=.[]{}\"'\n\\# ,1", max_size=40))
@example('a = """')
@example("[[")
@example("[")
def test_any_text_is_survived(text: str) -> None:
    lines = text.count("\n") + 1
    assert all(1 <= position.line <= lines for _, position in key_positions(text))
