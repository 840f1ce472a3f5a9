return await test.sleep({ ms: 60000 });
