"""The problems of a check in the forms that build servers show: GitHub's annotations, JUnit, SARIF.

Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands (annotations),
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html (SARIF); JUnit has no standard, and the elements here
are those that Jenkins, GitLab and GitHub's actions read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from xml.etree import ElementTree as ET

from gcbulk.options import CheckFormat
from gcbulk.records import Issue, Json, Severity
from gcbulk.tables.codes import CODES
from gcbulk.tables.issues import printable


def annotated(issues: Sequence[Issue], file: str, form: CheckFormat, *, version: str) -> str:
    """The problems of a check as text of a form.

    Args:
        issues: the problems.
        file: the file's path as the command was given it.
        form: the form.
        version: gcbulk's own version, for SARIF.

    Returns:
        Lines, each ending in a line break; "" for GitHub where there is no problem.
    """
    return _WRITERS[form](issues, file, version)


def _github(issues: Sequence[Issue], file: str, version: str) -> str:
    return "".join(
        f"::{issue.severity} file={_property(file)},title={_property(issue.code)}::{_data(_sentence(issue))}\n"
        for issue in issues
    )


def _sentence(issue: Issue) -> str:
    return printable(f"{issue.where}: {issue.message}" if issue.where else issue.message)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _junit(issues: Sequence[Issue], file: str, version: str) -> str:
    """A test case for each problem; a warning is one that passed and has something to say."""
    errors = sum(issue.severity is Severity.ERROR for issue in issues)
    counts = {"tests": str(len(issues) or 1), "failures": str(errors), "errors": "0", "skipped": "0"}
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", {"name": printable(f"gcbulk check {file}"), **counts})
    for issue in issues:
        name = f"{issue.where or 'the whole file'} [{issue.code}]"
        case = ET.SubElement(suite, "testcase", {"classname": printable(file), "name": printable(name)})
        if issue.severity is Severity.ERROR:
            told = ET.SubElement(case, "failure", {"type": issue.code, "message": printable(issue.message)})
        else:
            told = ET.SubElement(case, "system-out")
        told.text = _sentence(issue)
    if not issues:
        ET.SubElement(suite, "testcase", {"classname": printable(file), "name": "no problem"})
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=False) + "\n"


def _sarif(issues: Sequence[Issue], file: str, version: str) -> str:
    first = {issue.code: issue for issue in reversed(issues)}
    codes = list(dict.fromkeys(issue.code for issue in issues))
    rules: list[Json] = [_rule(first[code]) for code in codes]
    results: list[Json] = [_result(issue, file, codes.index(issue.code)) for issue in issues]
    driver = {"name": "gcbulk", "version": version, "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=True, indent=1) + "\n"


def _rule(issue: Issue) -> Json:
    """What a code stands for; one that no check has, of a file that cannot be read, by its message."""
    rule: Json = {"id": issue.code, "defaultConfiguration": {"level": str(issue.severity)}}
    if (known := CODES.get(issue.code)) is None:
        return rule | {"shortDescription": {"text": printable(issue.message)}}
    return rule | {"shortDescription": {"text": known.meaning}, "help": {"text": known.advice}}


def _result(issue: Issue, file: str, rule: int) -> Json:
    location: dict[str, Json] = {"physicalLocation": {"artifactLocation": {"uri": file.replace("\\", "/")}}}
    if issue.row is not None:
        location["physicalLocation"]["region"] = {"startLine": issue.row}
    if issue.where:
        location["logicalLocations"] = [{"fullyQualifiedName": printable(issue.where)}]
    return {
        "ruleId": issue.code,
        "ruleIndex": rule,
        "level": str(issue.severity),
        "message": {"text": printable(issue.message)},
        "locations": [location],
    }


_WRITERS: Mapping[CheckFormat, Callable[[Sequence[Issue], str, str], str]] = {
    CheckFormat.GITHUB: _github,
    CheckFormat.JUNIT: _junit,
    CheckFormat.SARIF: _sarif,
}
