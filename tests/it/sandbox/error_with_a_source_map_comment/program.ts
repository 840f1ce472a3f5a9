const before: string = "a";
//# sourceURL=file:///etc/passwd
//# sourceMappingURL=data:application/json,{"version":3,"sources":["/etc/passwd"],"mappings":"AAAA"}
eval("//# sourceURL=file:///etc/hostname\n1");
throw new Error(before);
