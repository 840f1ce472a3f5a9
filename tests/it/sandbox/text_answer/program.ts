return await test.text({});
