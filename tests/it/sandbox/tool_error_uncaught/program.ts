const first = 1;

async function go(): Promise<unknown> {
  return await test.fail({ why: "no" });
}
return await go();
