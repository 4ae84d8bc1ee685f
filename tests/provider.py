"""A provider on this machine that reads the prompts it is sent and answers by simple rules, as a model would.

Unlike the offline model it sees nothing but what goes over the wire. Run as a program it serves until it is ended, and
prints its address first: python -m tests.provider
"""

import json
import re
import sys
from collections.abc import Callable
from typing import Any

from .loopback import loopback

PLAIN = frozenset(
    ("the", "that", "this", "with", "what", "when", "where", "they", "want", "wants", "your", "customer", "agent")
)


def respond(request: dict[str, Any]) -> str:
    """The answer to a request for a chat completion."""
    prompt = "\n\n".join(_text(message["content"]) for message in request["messages"])
    form = request.get("response_format", {})
    schema = json.dumps(form["json_schema"]) if "json_schema" in form else prompt.partition("JSON Schema:\n")[2]
    (answer,) = [answer for field, answer in RULES.items() if f'"{field}": {{' in schema]
    return json.dumps(answer(prompt))


def _text(content: str | list[dict[str, Any]]) -> str:
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


def _match(prompt: str) -> dict[str, Any]:
    heard = _words(re.sub(r"\b(?:hello|hi)\b", "greets", _newest(prompt).lower()))
    checks = [
        {"id": name, "evidence": "By its words.", "applies": bool(_words(rest) & heard)}
        for name, rest in re.findall(r"- id: (\S+)\n(?:  kind: [^\n]*\n)?  when: ([^\n]*)", _part(prompt, JUDGED))
    ]
    return {"checks": checks}


def _tools(prompt: str) -> dict[str, Any]:
    called = "## Tools called in this turn" in prompt
    names = re.findall(r"^- tool: (\S+)", _part(prompt, TOOLS), re.MULTILINE)
    return {
        "tools": [
            {
                "tool": name,
                "evidence": "Needed.",
                "should_run": not called,
                "calls": [] if called else [{"arguments": []}],
            }
            for name in names
        ]
    }


def _draft(prompt: str) -> dict[str, Any]:
    wanted = re.findall(r"- id: (\S+)\n(?:  \w+: [^\n]*\n)*?  do: ([^\n]*)", _part(prompt, INSTRUCTIONS))
    found = re.findall(r"gave (\[.*\])$", prompt, re.MULTILINE)
    said = [f"I {action}." for _, action in wanted] + [f"There is {', '.join(json.loads(data))}." for data in found]
    plans = [{"id": name, "how": "In a sentence."} for name, _ in wanted]
    return {"plans": plans, "message": " ".join(said) or "How can I help?"}


def _analysis(prompt: str) -> dict[str, Any]:
    names = re.findall(r"^- id: (\S+)", _part(prompt, JUDGED), re.MULTILINE)
    return {
        "checks": [{"id": name, "evidence": "It was said.", "missing": "nothing", "followed": True} for name in names]
    }


def _properties(prompt: str) -> dict[str, Any]:
    plain = {
        "continuous": False,
        "customer_dependent": False,
        "customer_part": None,
        "agent_part": None,
        "agent_intention": False,
        "rewritten_condition": None,
    }
    entries = re.split(r"^- id: ", _part(prompt, JUDGED), flags=re.MULTILINE)[1:]
    return {
        "checks": [
            {
                "id": entry.split()[0],
                "evidence": "By its words.",
                **plain,
                "internal_action": "use them" if "\n  tools: " in entry else None,
            }
            for entry in entries
        ]
    }


JUDGED = "## Guidelines to judge"
TOOLS = "## Tools to decide"
INSTRUCTIONS = "## Instructions for this message"
RULES: dict[str, Callable[[str], dict[str, Any]]] = {
    "applies": _match,
    "should_run": _tools,
    "plans": _draft,
    "followed": _analysis,
    "continuous": _properties,
}
"""By a field that only the answer to this decision has."""


def _part(prompt: str, heading: str) -> str:
    return prompt.partition(heading)[2].partition("\n## ")[0]


def _newest(prompt: str) -> str:
    said = re.findall(r"^(?:customer|[A-Z][^:\n]*): (.*)$", prompt.partition("## Conversation")[2], re.MULTILINE)
    return said[-1] if said else ""


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in PLAIN}


if __name__ == "__main__":
    with loopback(respond) as server:
        print(server.url, flush=True)
        sys.stdin.read()
