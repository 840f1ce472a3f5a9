const seen: unknown[] = [];
Error.prepareStackTrace = (_, sites) => {
  for (const site of sites as any[]) seen.push(site.getFunction?.(), site.getThis?.(), site.getEvalOrigin?.());
  return sites.map((site) => site.getFileName()).join(" ");
};
const stacks: string[] = [];
const look = () => { stacks.push(new Error("look").stack!); return {}; };
await test.echo({ toJSON: look });
console.count({ toString: () => String(look()) } as unknown as string);
const holder = {} as { stack?: string };
Error.captureStackTrace(holder);
stacks.push(holder.stack!);
await test.fail({}).catch((error: Error) => stacks.push(error.stack!));
await import("./tools/nope/nope.ts" as string).catch((error: Error) => stacks.push(error.stack!));
const paths = stacks.join(" ").split(/\s+/).filter((part) => /^\/|file:|home|cargo|work|ext:/.test(part));
return { given: seen.filter((value) => typeof value === "function" || typeof value === "object" && value !== null), paths };
