// TextEncoder, TextDecoder, atob and btoa. The bytes are converted by ops.
((internals) => {
  "use strict";
  const { core, ops, primordials, shared } = internals;
  const {
    ArrayBufferPrototypeGetByteLength,
    ArrayPrototypePush,
    DataViewPrototypeGetBuffer,
    DataViewPrototypeGetByteLength,
    DataViewPrototypeGetByteOffset,
    MapPrototypeGet,
    RangeError,
    SafeMap,
    StringPrototypeCharCodeAt,
    StringPrototypeSlice,
    StringPrototypeSplit,
    StringPrototypeToLowerCase,
    SymbolToStringTag,
    TypeError,
    TypedArrayPrototypeGetBuffer,
    TypedArrayPrototypeGetByteLength,
    TypedArrayPrototypeGetByteOffset,
    TypedArrayPrototypeGetSymbolToStringTag,
    TypedArrayPrototypeSet,
    TypedArrayPrototypeSlice,
    TypedArrayPrototypeSubarray,
    Uint8Array,
  } = primordials;
  const { encode } = core;
  const { op_atob, op_btoa, op_decode_text, op_encode_into, op_incomplete_tail } = ops;
  const { DOMException } = shared;

  // The numbers are those of `Encoding` in globals.rs. The lists are the labels of the Encoding standard.
  const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252"];
  const LABELS = [
    "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8",
    "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le",
    "unicodefffe utf-16be",
    "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 " +
    "iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252",
  ];
  const byLabel = new SafeMap();
  for (let encoding = 0; encoding < LABELS.length; encoding++) {
    const labels = StringPrototypeSplit(LABELS[encoding], " ");
    for (let i = 0; i < labels.length; i++) byLabel.set(labels[i], encoding);
  }

  function trimmed(label) {
    let from = 0;
    let to = label.length;
    while (from < to && isSpace(StringPrototypeCharCodeAt(label, from))) from++;
    while (from < to && isSpace(StringPrototypeCharCodeAt(label, to - 1))) to--;
    return StringPrototypeToLowerCase(StringPrototypeSlice(label, from, to));
  }
  const isSpace = (code) => code === 32 || code === 9 || code === 10 || code === 12 || code === 13;

  // The bytes that an ArrayBuffer or a view shows, without copying them.
  function bytesOf(source, what) {
    if (source !== null && typeof source === "object") {
      if (TypedArrayPrototypeGetSymbolToStringTag(source) !== undefined) {
        return new Uint8Array(
          TypedArrayPrototypeGetBuffer(source),
          TypedArrayPrototypeGetByteOffset(source),
          TypedArrayPrototypeGetByteLength(source),
        );
      }
      try {
        ArrayBufferPrototypeGetByteLength(source);
        return new Uint8Array(source);
      } catch { /* Not an ArrayBuffer. */ }
      try {
        return new Uint8Array(
          DataViewPrototypeGetBuffer(source),
          DataViewPrototypeGetByteOffset(source),
          DataViewPrototypeGetByteLength(source),
        );
      } catch { /* Not a DataView. */ }
    }
    throw new TypeError(`${what} takes an ArrayBuffer or a view of one`);
  }

  class TextEncoder {
    #brand;
    static {
      ArrayPrototypePush(shared.platformChecks, (value) => #brand in value);
    }
    get encoding() {
      return "utf-8";
    }
    encode(text = "") {
      return encode(`${text}`);
    }
    encodeInto(text, destination) {
      if (TypedArrayPrototypeGetSymbolToStringTag(destination) !== "Uint8Array") {
        throw new TypeError("TextEncoder.encodeInto takes a Uint8Array to write to");
      }
      const counts = op_encode_into(`${text}`, destination);
      return { read: counts[0], written: counts[1] };
    }
    get [SymbolToStringTag]() {
      return "TextEncoder";
    }
  }

  const NOTHING = new Uint8Array(0);
  class TextDecoder {
    #encoding;
    #fatal;
    #ignoreBOM;
    // Bytes of a character that the next call may complete.
    #pending = NOTHING;
    #started = false;

    static {
      ArrayPrototypePush(shared.platformChecks, (value) => #fatal in value);
    }

    constructor(label = "utf-8", options = undefined) {
      const encoding = MapPrototypeGet(byLabel, trimmed(`${label}`));
      if (encoding === undefined) {
        throw new RangeError(`TextDecoder knows utf-8, utf-16le, utf-16be and windows-1252, not "${label}"`);
      }
      this.#encoding = encoding;
      this.#fatal = !!options?.fatal;
      this.#ignoreBOM = !!options?.ignoreBOM;
    }
    get encoding() {
      return ENCODINGS[this.#encoding];
    }
    get fatal() {
      return this.#fatal;
    }
    get ignoreBOM() {
      return this.#ignoreBOM;
    }
    decode(input = undefined, options = undefined) {
      const stream = !!options?.stream;
      let bytes = input === undefined ? NOTHING : bytesOf(input, "TextDecoder.decode");
      const pending = this.#pending;
      if (TypedArrayPrototypeGetByteLength(pending) > 0) {
        const before = TypedArrayPrototypeGetByteLength(pending);
        const joined = new Uint8Array(before + TypedArrayPrototypeGetByteLength(bytes));
        TypedArrayPrototypeSet(joined, pending);
        TypedArrayPrototypeSet(joined, bytes, before);
        bytes = joined;
      }
      this.#pending = NOTHING;
      if (stream) {
        const length = TypedArrayPrototypeGetByteLength(bytes);
        const tail = op_incomplete_tail(bytes, this.#encoding);
        if (tail > 0) {
          this.#pending = TypedArrayPrototypeSlice(bytes, length - tail);
          bytes = TypedArrayPrototypeSubarray(bytes, 0, length - tail);
        }
      }
      const started = this.#started;
      this.#started = false;
      let text = op_decode_text(bytes, this.#encoding, this.#fatal);
      if (!started && !this.#ignoreBOM && text !== "" && StringPrototypeCharCodeAt(text, 0) === 0xfeff) {
        this.#started = stream;
        return StringPrototypeSlice(text, 1);
      }
      this.#started = stream && (started || text !== "");
      return text;
    }
    get [SymbolToStringTag]() {
      return "TextDecoder";
    }
  }

  const functions = {
    atob(text) {
      if (arguments.length === 0) throw new TypeError("atob takes a string");
      const decoded = op_atob(`${text}`);
      if (decoded === null) {
        throw new DOMException("The string is not correctly encoded base64", "InvalidCharacterError");
      }
      return decoded;
    },
    btoa(text) {
      if (arguments.length === 0) throw new TypeError("btoa takes a string");
      const encoded = op_btoa(`${text}`);
      if (encoded === null) {
        throw new DOMException(
          "The string has characters above U+00FF; encode it first: new TextEncoder().encode(text)",
          "InvalidCharacterError",
        );
      }
      return encoded;
    },
  };

  shared.defineLazy("TextEncoder", TextEncoder);
  shared.defineLazy("TextDecoder", TextDecoder);
  shared.defineLazy("atob", functions.atob);
  shared.defineLazy("btoa", functions.btoa);
})
