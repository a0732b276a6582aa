"""Plain and tagged scalars beyond the vectors, and the names of keys; answers follow sigs.k8s.io/yaml."""

from math import inf, isnan

import pytest

from translate.yamlio.scalars import ScalarType, key, resolve, tagged


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("", ScalarType.NULL, None),
        ("y", ScalarType.BOOLEAN, True),
        ("oFF", ScalarType.STRING, "oFF"),
        ("017", ScalarType.INTEGER, 15),
        ("08", ScalarType.FLOAT, 8),
        ("0o17", ScalarType.INTEGER, 15),
        ("-0b11", ScalarType.INTEGER, -3),
        ("1e3", ScalarType.FLOAT, 1000),
        ("1e400", ScalarType.STRING, "1e400"),
        (".5_5", ScalarType.FLOAT, 0.55),
        ("._5", ScalarType.STRING, "._5"),
        ("12:30", ScalarType.STRING, "12:30"),
        ("2024-01-01", ScalarType.STRING, "2024-01-01"),
        ("<<", ScalarType.MERGE, "<<"),
        (
            "1234567890123456789.0",
            ScalarType.FLOAT,
            1234567890123456800,
        ),  # the shortest digits, as Go's JSON prints them
        ("9223372036854775807", ScalarType.INTEGER, 9223372036854775807),
        ("9223372036854775808", ScalarType.INTEGER, 9.223372036854775808e18),
        ("+9223372036854775808", ScalarType.FLOAT, 9.223372036854775808e18),
        ("0x" + "f" * 16, ScalarType.INTEGER, 1.8446744073709552e19),
        ("0x" + "f" * 17, ScalarType.INTEGER, 2.9514790517935283e20),
        ("9" * 5000, ScalarType.FLOAT, inf),
        ("٣", ScalarType.STRING, "٣"),
        ("1\n", ScalarType.STRING, "1\n"),
    ],
)
def test_resolve(text: str, kind: ScalarType, value: object) -> None:
    got = resolve(text)
    assert got == (kind, value)
    assert type(got[1]) is type(value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("y", "true"),
        ("off", "false"),
        ("080", "80"),
        ("010", "8"),
        ("1e3", "1000"),
        ("1e5", "100000"),
        ("1e6", "1e+06"),
        ("1234567.5", "1.2345675e+06"),
        ("16777217.0", "1.6777216e+07"),  # keys pass through 32 bits
        ("0.1", "0.1"),
        ("-1.50", "-1.5"),
        ("0.0001", "0.0001"),
        ("0.00001", "1e-05"),
        ("1e300", ".inf"),
        ("3.4025000633641588e+38", "3.4025002e+38"),
        ("-3.4028235e38", "-3.4028235e+38"),
        ("3.4028236e38", ".inf"),
        ("-.inf", "-.inf"),
        (".nan", ".nan"),
        ("a", "a"),
        ("12:30", "12:30"),
        ("~", None),
        ("9223372036854775808", None),
    ],
)
def test_key(text: str, name: str | None) -> None:
    assert key(*resolve(text)) == name


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "017", "017"),
        ("int", "017", 15),
        ("float", "1", 1),
        ("bool", "yes", True),
        ("null", "", None),
        ("binary", "aGk=", "hi"),
        ("binary", "/w==", "\ufffd"),
        ("timestamp", "2024-01-01", "2024-01-01"),
        ("timestamp", "2001-12-14t21:59:43.10-05:00", "2001-12-14t21:59:43.10-05:00"),
        ("set", "x", "x"),
    ],
)
def test_tagged(tag: str, text: str, value: object) -> None:
    assert tagged(f"tag:yaml.org,2002:{tag}", text)[1] == value


@pytest.mark.parametrize(
    ("tag", "text", "message"),
    [
        ("int", "abc", '"abc" is no !!int'),
        ("int", "1.5", '"1.5" is no !!int'),
        ("bool", "", '"" is no !!bool'),
        ("float", "18446744073709551615", '"18446744073709551615" is no !!float'),
        ("binary", "a", "the value of !!binary is no valid base64"),
        ("timestamp", "2024-13-45", '"2024-13-45" is no !!timestamp'),
        ("timestamp", "2024-01-01 10:00:00Z", '"2024-01-01 10:00:00Z" is no !!timestamp'),
        ("timestamp", "soon", '"soon" is no !!timestamp'),
    ],
)
def test_tagged_refuses(tag: str, text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"no (valid )?") as caught:
        tagged(f"tag:yaml.org,2002:{tag}", text)
    assert str(caught.value) == message


def test_not_a_number() -> None:
    kind, value = resolve(".nan")
    assert kind is ScalarType.FLOAT
    assert isinstance(value, float)
    assert isnan(value)
