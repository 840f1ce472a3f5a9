(globalThis as any).Error = undefined;
throw new TypeError("without its parent");
