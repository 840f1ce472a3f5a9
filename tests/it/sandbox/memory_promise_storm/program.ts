const pending: Promise<unknown>[] = [];
for (;;) pending.push(new Promise(() => {}).then(() => pending.length));
