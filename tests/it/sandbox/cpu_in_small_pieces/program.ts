for (;;) {
  for (const end = Date.now() + 10; Date.now() < end; );
  await test.sleep({ ms: 1 });
}
