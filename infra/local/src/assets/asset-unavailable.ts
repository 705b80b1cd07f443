/**
 * Something that is fetched is not here and cannot be brought. The message is one line: what is missing, why, and what
 * to do about it. A command that ends by it exits with {@link exitCode}.
 */
export class AssetUnavailable extends Error {
  override readonly name = 'AssetUnavailable';
  readonly code = 'MILLRACE_RESOURCE_ASSET_UNAVAILABLE';
  readonly exitCode = 3;
}
