export const half = 21;
if (half === 0) return;
export default half * 2;
