const name = "echo";
const { echo } = await import(`./tools/test/${name}.ts`);
export default await echo({ a: 1 });
