(Object.prototype as any).toJSON = () => ({ forged: true });
const sent = await test.echo({ a: 1 });
const forged = JSON.stringify([sent, "text", 1]);
delete (Object.prototype as any).toJSON;
const answer = await test.echo({ a: 1 });
(Object.prototype as any).then = function (this: object, resolve: (value: unknown) => void) { resolve(`${Object.keys(this)}`); };
return { forged, answer };
