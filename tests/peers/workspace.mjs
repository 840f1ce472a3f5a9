// A place of its own for each driver, with real data for real servers: a folder for the filesystem server, a repository
// for the git server, a file for the memory server, and the `mcp.json` that starts all five.
//
// `node workspace.mjs NAME` makes one and prints its folder, for drivers that are not JavaScript.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const PEERS = dirname(fileURLToPath(import.meta.url));
export const TOKEN = "a-token-of-the-peers-run";
const modules = join(PEERS, "node_modules", "@modelcontextprotocol");
const python = join(PEERS, "venv", "bin");

/** Makes the place; what was there from an earlier run is gone. */
export function workspace(name) {
  const root = join(PEERS, "work", name);
  const [files, repository, memory] = ["files", "repository", "memory.jsonl"].map((part) => join(root, part));
  rmSync(root, { recursive: true, force: true });
  mkdirSync(files, { recursive: true });
  mkdirSync(repository);
  writeFileSync(join(files, "notes.txt"), "one\ntwo\nthree\n");
  writeFileSync(join(files, "größe.txt"), "ünïcödé \u{1F600}\n");
  git(repository, "init", "--quiet", "--initial-branch=main");
  for (const text of ["first", "second"]) {
    writeFileSync(join(repository, "file.txt"), `${text}\n`);
    git(repository, "add", "file.txt");
    git(repository, "commit", "--quiet", `--message=${text}`);
  }
  const servers = {
    everything: node("server-everything", "stdio"),
    filesystem: node("server-filesystem", files),
    git: { command: join(python, "mcp-server-git"), args: ["--repository", repository] },
    memory: { ...node("server-memory"), env: { MEMORY_FILE_PATH: memory } },
    time: { command: join(python, "mcp-server-time"), args: ["--local-timezone", "UTC"] },
  };
  const config = join(root, "mcp.json");
  write(config, { mcpServers: servers });
  const settings = join(root, "codefirst.toml");
  // Only a server that talks with one client each may ask for that client's roots.
  const sections = [
    `[limits]\ncpu = "2s"`,
    `[[http.tokens]]\nprincipal = "peers"\ntoken = "${TOKEN}"\noperator = true`,
    `[servers.everything]\nsession = "own"`,
  ];
  writeFileSync(settings, sections.join("\n\n"));
  return { root, files, repository, memory, servers, config, settings };
}

/** An `mcp.json` with these servers. */
export function write(path, value) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(value, null, 2));
}

function node(server, ...rest) {
  return { command: process.execPath, args: [join(modules, server, "dist", "index.js"), ...rest] };
}

function git(repository, ...rest) {
  const person = { GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.com", GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z" };
  const committer = Object.entries(person).map(([key, value]) => [key.replace("AUTHOR", "COMMITTER"), value]);
  const isolated = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  execFileSync("git", rest, {
    cwd: repository,
    env: { PATH: process.env.PATH, ...person, ...Object.fromEntries(committer), ...isolated },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) console.log(workspace(process.argv[2]).root);
