const view = new DataView(new ArrayBuffer(16));
view.setInt16(0, -2); view.setUint32(2, 0xdeadbeef, true); view.setFloat32(8, 0.5);
const read = [view.getUint16(0), view.getInt16(0), view.getUint8(2), view.getUint32(2, true), view.getFloat32(8), view.getUint8(15)];
const bytes = new Uint8Array(view.buffer, 0, 4);
const clamped = [...new Uint8ClampedArray([300, -5, 1.5, NaN])];
const wrapped = [...new Uint8Array([300, -5, 1.9])];
const methods = [[...bytes.toReversed()], [...Uint16Array.of(3, 1, 2).toSorted()], [...new Int8Array([1, 2, 3, 4]).copyWithin(0, 2)], [...bytes.subarray(1, 3)]];
const shared = new Uint8Array(new Uint16Array([0x0102]).buffer)[0];
const big = new BigInt64Array([-1n]);
const unsigned = new BigUint64Array(big.buffer)[0].toString();
const resizable = new ArrayBuffer(2, { maxByteLength: 8 });
const tracking = new Uint8Array(resizable);
resizable.resize(5);
const moved = resizable.transfer(3);
let outside = "";
try { view.getInt8(16); } catch (error) { outside = error.name; }
const half = new Float16Array([1.1])[0] === 1.099609375;
return { read, bytes: [...bytes], clamped, wrapped, methods, shared, unsigned, lengths: [tracking.length, moved.byteLength, resizable.detached], outside, half };
