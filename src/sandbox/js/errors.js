// DOMException.
((internals) => {
  "use strict";
  const { primordials, shared } = internals;
  const {
    Error,
    ErrorCaptureStackTrace,
    ObjectDefineProperty,
    SymbolToStringTag,
  } = primordials;

  const CODES = {
    __proto__: null,
    IndexSizeError: 1,
    HierarchyRequestError: 3,
    WrongDocumentError: 4,
    InvalidCharacterError: 5,
    NoModificationAllowedError: 7,
    NotFoundError: 8,
    NotSupportedError: 9,
    InUseAttributeError: 10,
    InvalidStateError: 11,
    SyntaxError: 12,
    InvalidModificationError: 13,
    NamespaceError: 14,
    InvalidAccessError: 15,
    TypeMismatchError: 17,
    SecurityError: 18,
    NetworkError: 19,
    AbortError: 20,
    URLMismatchError: 21,
    QuotaExceededError: 22,
    TimeoutError: 23,
    InvalidNodeTypeError: 24,
    DataCloneError: 25,
  };

  // By code less one. Three of them are constants only: no name has their code any more.
  const CONSTANTS = [
    "INDEX_SIZE", "DOMSTRING_SIZE", "HIERARCHY_REQUEST", "WRONG_DOCUMENT", "INVALID_CHARACTER",
    "NO_DATA_ALLOWED", "NO_MODIFICATION_ALLOWED", "NOT_FOUND", "NOT_SUPPORTED", "INUSE_ATTRIBUTE",
    "INVALID_STATE", "SYNTAX", "INVALID_MODIFICATION", "NAMESPACE", "INVALID_ACCESS", "VALIDATION",
    "TYPE_MISMATCH", "SECURITY", "NETWORK", "ABORT", "URL_MISMATCH", "QUOTA_EXCEEDED", "TIMEOUT",
    "INVALID_NODE_TYPE", "DATA_CLONE",
  ];

  let isDOMException;
  class DOMException extends Error {
    #message = "";
    #name = "Error";

    static {
      isDOMException = (value) => #name in value;
    }

    constructor(message = "", nameOrOptions = "Error") {
      super();
      this.#message = `${message}`;
      if (typeof nameOrOptions === "object" && nameOrOptions !== null) {
        const { name, cause } = nameOrOptions;
        if (name !== undefined) this.#name = `${name}`;
        if (cause !== undefined) shared.hide(this, "cause", cause);
      } else {
        this.#name = `${nameOrOptions}`;
      }
      // The first capture, in `super()`, could not know the name and the message.
      ErrorCaptureStackTrace(this, DOMException);
    }

    // The engine reads both while `super()` runs, before there are private fields.
    get name() {
      return #name in this ? this.#name : "Error";
    }
    get message() {
      return #name in this ? this.#message : "";
    }
    get code() {
      return CODES[this.name] ?? 0;
    }
    get [SymbolToStringTag]() {
      return "DOMException";
    }
  }

  for (let code = 1; code <= CONSTANTS.length; code++) {
    const descriptor = { __proto__: null, value: code, enumerable: true };
    ObjectDefineProperty(DOMException, `${CONSTANTS[code - 1]}_ERR`, descriptor);
    ObjectDefineProperty(DOMException.prototype, `${CONSTANTS[code - 1]}_ERR`, descriptor);
  }

  shared.DOMException = DOMException;
  shared.isDOMException = isDOMException;
  shared.defineLazy("DOMException", DOMException);
})
