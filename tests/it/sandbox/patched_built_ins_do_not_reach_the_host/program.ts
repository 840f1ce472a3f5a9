JSON.stringify = () => "forged";
JSON.parse = () => "forged";
Array.isArray = () => true as any;
Promise.prototype.then = function () { throw new Error("then"); } as any;
Object.prototype.toString = () => "forged";
(Object.prototype as any).toJSON = undefined;
const answer = await test.echo({ a: [1] });
return { answer };
