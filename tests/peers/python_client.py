"""The official Python SDK's client against the gateway: both transports, the handshake and the stateless revision.

In: CODEFIRST (the binary). Out: one line per check, as checks.mjs prints them.
"""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from mcp import Client, StdioServerParameters, types
from mcp.client.streamable_http import streamable_http_client

PEERS = Path(__file__).resolve().parent
BINARY = os.environ["CODEFIRST"]
NODE = os.environ["PEERS_NODE"]
TOKEN = "a-token-of-the-peers-run"
failed = 0


async def check(name, body, seconds=20):
    """Runs a check and prints its line; gives what it returned, None where it failed."""
    global failed
    begun = time.monotonic()
    try:
        value = await asyncio.wait_for(body(), seconds)
        took = time.monotonic() - begun
        print(f"ok {name}" + (f" ({took:.1f} s)" if took > 2 else ""), flush=True)
        return value
    except (Exception, BaseExceptionGroup) as error:
        failed += 1
        print(f"FAIL {name} — {describe(error)[:900]}", flush=True)
        return None


def describe(error):
    inner = getattr(error, "exceptions", None)
    text = "; ".join(describe(e) for e in inner) if inner else f"{type(error).__name__}: {error}"
    return re.sub(r"\s+", " ", text)


def text(result):
    return "\n".join(block.text for block in result.content if block.type == "text")


def value(result):
    """The final result of a program."""
    if result.is_error:
        raise AssertionError(text(result))
    if result.structured_content is not None:
        return result.structured_content.get("result", result.structured_content)
    try:
        return json.loads(text(result))
    except json.JSONDecodeError:
        return text(result)


class Place:
    def __init__(self, name):
        root = subprocess.check_output([NODE, PEERS / "workspace.mjs", name], text=True).strip()
        self.root = Path(root)
        self.files = self.root / "files"
        self.repository = self.root / "repository"
        self.arguments = ["serve", "--config", f"{root}/mcp.json", "--settings", f"{root}/codefirst.toml"]


@asynccontextmanager
async def stdio(place, flags):
    with open(place.root / "gateway.log", "ab") as log:
        yield lambda: StdioServerParameters(
            command="/bin/sh",
            args=["-c", 'exec "$@" 2>>"$0"', log.name, BINARY, *place.arguments, *flags],
            env=dict(os.environ),
        )


@asynccontextmanager
async def http(place, flags):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open(place.root / "gateway.log", "ab") as log:
        command = [BINARY, *place.arguments, "--http", f"127.0.0.1:{port}", *flags]
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
    try:
        for _ in range(800):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz")
                break
            except OSError:
                assert child.poll() is None, f"the gateway ended; see {place.root}"
                await asyncio.sleep(0.025)
        async with httpx2.AsyncClient(headers={"authorization": f"Bearer {TOKEN}"}, timeout=30) as client:
            yield lambda: streamable_http_client(f"http://127.0.0.1:{port}/mcp", http_client=client)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(10)


async def core(label, endpoint, mode, place):
    sampled, elicited, logged = [], [], []

    async def sampling(_context, params):
        sampled.append(params)
        content = types.TextContent(type="text", text="From the client")
        return types.CreateMessageResult(role="assistant", model="a-model", content=content)

    async def elicitation(_context, params):
        elicited.append(params)
        return types.ElicitResult(action="accept", content={"name": "Ada"})

    async def logging(params):
        logged.append(params)

    callbacks = dict(mode=mode, sampling_callback=sampling, elicitation_callback=elicitation, logging_callback=logging)
    async with Client(endpoint(), **callbacks) as client:

        async def version():
            expected = "2025-11-25" if mode == "legacy" else "2026-07-28"
            assert client.protocol_version == expected, client.protocol_version

        async def lists():
            names = [tool.name for tool in (await client.list_tools()).tools]
            three = {"search_tools", "describe_tools", "execute_code"}
            assert three < set(names), names
            assert "git__git_log" in names, names

        async def search():
            found = await client.call_tool("search_tools", {"query": "commits of a repository"})
            assert "git_log" in text(found) + json.dumps(found.structured_content), found
            shown = await client.call_tool("describe_tools", {"tools": ["git/git_log"]})
            assert "repo_path: string" in text(shown) + json.dumps(shown.structured_content), shown

        async def program():
            result = await client.call_tool(
                "execute_code",
                {
                    "code": f"""
                    const [sum, log, file] = await Promise.all([
                      everything.get_sum({{ a: 2, b: 40 }}),
                      git.git_log({{ repo_path: {json.dumps(str(place.repository))}, max_count: 5 }}),
                      filesystem.read_text_file({{ path: {json.dumps(str(place.files / "notes.txt"))} }}),
                    ]);
                    const lines = file.content.split("\\n").length;
                    return {{ sum, lines, commits: log.match(/^Commit: /gm).length }};"""
                },
            )
            got = value(result)
            assert "42" in got["sum"] and got["commits"] == 2 and got["lines"] == 4, got

        async def failure():
            result = await client.call_tool("execute_code", {"code": "const a: any = null;\nreturn a.b;"})
            said = text(result) + json.dumps(result.structured_content)
            assert result.is_error and re.search(r"2:\d+|line 2", said), said

        async def fallback():
            plan = [{"server": "everything", "tool": "echo", "input": {"message": "from the plan"}}]
            result = await client.call_tool("execute_code", {"code": "not a program", "plan": plan})
            assert not result.is_error and "from the plan" in text(result) + json.dumps(result.structured_content), (
                result
            )

        async def progress():
            told = []

            async def tell(progress, total, message):
                told.append(message)

            code = (
                'for (const n of [1, 2]) { console.log("step", n); await everything.echo({ message: "x" }); } return 7;'
            )
            assert value(await client.call_tool("execute_code", {"code": code}, progress_callback=tell)) == 7
            assert [m for m in told if m and "step" in m], told

        async def direct():
            path = str(place.files / "größe.txt")
            result = await client.call_tool("filesystem__read_text_file", {"path": path})
            assert "ünïcödé 😀" in text(result), result
            image = await client.call_tool("everything__get-tiny-image", {})
            assert any(block.type == "image" for block in image.content), image
            weather = await client.call_tool("everything__get-structured-content", {"location": "Chicago"})
            assert json.loads(text(weather)) == weather.structured_content, weather

        async def questions():
            asked = await client.call_tool("everything__trigger-sampling-request", {"prompt": "p", "maxTokens": 5})
            assert sampled and "From the client" in text(asked), asked
            told = await client.call_tool("everything__trigger-elicitation-request", {})
            assert elicited and "Ada" in text(told), told

        async def resources():
            listed = (await client.list_resources()).resources
            document = next(
                r for r in listed if str(r.uri).startswith("codefirst://everything/demo://resource/static/document/")
            )
            assert len((await client.read_resource(str(document.uri))).contents[0].text) > 100
            prompt = await client.get_prompt("everything__args-prompt", {"city": "Oslo"})
            assert "Oslo" in prompt.messages[0].content.text, prompt

        async def cancelled():
            code = "await everything.trigger_long_running_operation({ duration: 60, steps: 1 });"
            try:
                await client.call_tool("execute_code", {"code": code}, read_timeout_seconds=0.5)
                raise AssertionError("no time-out")
            except AssertionError:
                raise
            except Exception:
                assert value(await client.call_tool("execute_code", {"code": "return 3;"})) == 3

        for name, body in [
            ("negotiates the revision", version),
            ("lists the tools of both routes", lists),
            ("searches and describes", search),
            ("runs a program over three servers", program),
            ("is told where a program failed", failure),
            ("gets the plan's results where the code fails", fallback),
            ("is told the console as progress", progress),
            ("calls tools directly", direct),
            ("answers sampling and elicitation", questions),
            ("reads resources and prompts", resources),
            ("gives up waiting, and goes on", cancelled),
        ]:
            await check(f"{label} {name}", body)


async def session(transport, mode):
    label = f"python {transport.__name__} {mode}:"
    place = Place(f"python-{transport.__name__}-{mode}")

    async def whole():
        async with transport(place, ["--mode", "both"]) as endpoint:
            await core(label, endpoint, mode, place)

    await check(f"{label} connects and closes", whole, seconds=90)


async def main():
    for transport in (stdio, http):
        for mode in ("legacy", "auto"):
            await session(transport, mode)
    sys.exit(1 if failed else 0)


asyncio.run(main())
