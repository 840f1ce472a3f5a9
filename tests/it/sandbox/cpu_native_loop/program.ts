// The engine looks for a request to stop between its own instructions only, and here there are none.
return Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1);
