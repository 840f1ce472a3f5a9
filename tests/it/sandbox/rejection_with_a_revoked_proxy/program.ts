const { proxy, revoke } = Proxy.revocable(new Error("revoked"), {});
revoke();
Promise.reject(proxy);
await test.sleep({ ms: 5 });
