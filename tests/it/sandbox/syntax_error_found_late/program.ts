const a = 1;
function f() {
  await test.echo({});
}
