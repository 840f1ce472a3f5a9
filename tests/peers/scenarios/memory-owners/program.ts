const { entities, relations } = await memory.read_graph({});
const deprecated = entities.filter(({ observations }) => observations.includes("is deprecated")).map(({ name }) => name);
const owner = new Map(relations.filter(({ relationType }) => relationType === "owns").map(({ from, to }) => [to, from]));
return deprecated.sort().map((service) => `${service}: ${owner.get(service)}`);
