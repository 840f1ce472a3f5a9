const maps = new Map<object, Set<number>>();
for (let n = 0; ; n++) maps.set({ n }, new Set([n, n + 1, n + 2]));
