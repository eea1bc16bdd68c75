"""Whatever the bytes, a reader gives a result or a refusal in French: no other exception, no long wait."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from formats.golden import SAMPLES
from quittance.formats.bank.reader import FORMATS, read_statements
from quittance.formats.bank.statement import StatementFile
from quittance.formats.errors import StatementError

GOOD = {
    path.name: path.read_bytes()
    for path in sorted((SAMPLES / "bank" / "good").iterdir())
    if path.suffix != ".json"
}
LINES = 50_000


def read_or_refuse(data: bytes, format_name: str | None) -> None:
    outcome: StatementFile | StatementError
    try:
        outcome = read_statements(data, file_name="fichier", format=format_name)
    except StatementError as refusal:
        outcome = refusal
    if isinstance(outcome, StatementError):
        assert outcome.reason
        assert 0 <= outcome.line <= data.count(b"\n") + data.count(b"\r") + len(data) // 120 + 2
    else:
        assert all(line.position for line in outcome.lines)


@pytest.mark.parametrize("format_name", [None, *FORMATS])
@settings(max_examples=60)
@given(st.binary(max_size=400))
@example(b"<")
@example(b":20:\n:61:")
@example("²".encode())
def test_random_bytes(format_name, data):
    read_or_refuse(data, format_name)


@settings(max_examples=300)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_damaged_samples(name, data):
    content = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.sampled_from([0, 1, 2, 10, 200])))
        pieces = st.one_of(
            st.binary(max_size=6),
            st.sampled_from(
                [
                    b"\n",
                    b"<",
                    b">",
                    b'"',
                    b";",
                    b",",
                    b":61:",
                    b"?",
                    b"</Ntry>",
                    b"\xe9",
                    b"9" * 5000,
                    b"-",
                    b"04",
                ]
            ),
        )
        content[start:end] = data.draw(pieces)
    read_or_refuse(bytes(content), None)


CAMT = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>'
TRANSACTION = b"<Ntry><NtryDtls><TxDtls><RmtInf>"


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(CAMT + b"<Stmt>" * LINES, id="nested statements"),
        pytest.param(CAMT + b"<Stmt><Id>1</Id></Stmt>" * LINES, id="many statements"),
        pytest.param(CAMT + b"<Stmt>" + TRANSACTION + b"<Ustrd>A</Ustrd>" * LINES, id="many texts"),
        pytest.param(CAMT + b"<Stmt>" + b"<a>" * 5000, id="deep XML"),
        pytest.param(CAMT + b"<Stmt><Id>" + b"A" * 11_000_000, id="one long text"),
        pytest.param(b"<OFX>" + b"<STMTTRN>" * LINES, id="nested transactions"),
        pytest.param(b"<OFX><NAME>" + b"<![CDATA[]]>" * LINES, id="many CDATA"),
        pytest.param(b"<OFX>" + b"<A" * LINES, id="open tags"),
        pytest.param(b":20:X\n" + b":86:A\n" * LINES, id="many explanations"),
        pytest.param(b":20:X\n:60F:C260209EUR1,\n:61:260210C1,NTRFX\n:86:" + b"?20A" * LINES, id="many keys"),
        pytest.param(b"0110278    02204EUR2 00012345603  030420\n" + b"\n" * LINES, id="blank records"),
        pytest.param(b'date;libelle;montant\n"' + b"a;\n" * LINES, id="open quote"),
        pytest.param(b"date" + b";date" * LINES, id="many titles"),
        pytest.param(b";" * LINES, id="many cells"),
    ],
)
def test_no_long_wait(data):
    read_or_refuse(data, None)
