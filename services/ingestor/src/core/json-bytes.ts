/** The encoding standard's encoder, part of every JavaScript host; the core's type library does not name it. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const encoder = new TextEncoder();

/** A document as it is stored: JSON in UTF-8. Not what was received: numbers beyond a double are rounded. */
export const jsonBytes = (document: object): Uint8Array => encoder.encode(JSON.stringify(document));
