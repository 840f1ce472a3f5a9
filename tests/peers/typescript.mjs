// The official TypeScript SDK's client against the gateway: both transports, all three modes.
import { check, finish } from "./checks.mjs";
import { checkCodeRoute, checkDisconnect } from "./code-route.mjs";
import { checkDirectRoute } from "./direct-route.mjs";
import { checkEverything } from "./everything.mjs";
import { HttpGateway, StdioGateway } from "./gateway.mjs";
import { workspace } from "./workspace.mjs";

const namespaced = {
  tool: (name) => `everything__${name}`,
  prompt: (name) => `everything__${name}`,
  resource: (uri) => `codefirst://everything/${uri}`,
};

for (const Gateway of [StdioGateway, HttpGateway]) {
  for (const mode of ["code", "direct", "both"]) {
    const place = workspace(`typescript-${Gateway.kind}-${mode}`);
    const gateway = await check(`${Gateway.kind} --mode ${mode} starts`, () => Gateway.start(place, "--mode", mode));
    if (!gateway) continue;
    const label = `${gateway.kind} ${mode}:`;
    if (mode === "code") {
      await checkCodeRoute(label, gateway, place);
      await checkDisconnect(label, gateway, place);
    }
    if (mode !== "code") await checkDirectRoute(label, gateway, place, { alone: mode === "direct" });
    if (mode === "both") await checkEverything(label, () => gateway.transport(), namespaced);
    await check(`${label} ends by itself when told`, async () => {
      const code = await gateway.stop();
      if (code !== 0) throw new Error(`exit code ${code}`);
    });
  }
}
finish();
