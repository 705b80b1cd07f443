export interface S3Address {
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
}

/** Bucket and key of `s3://bucket/key`; null when it is no such address. */
export function s3AddressOf(address: string): S3Address | null {
  const found = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(address);
  return found === null ? null : { bucket: found[1] ?? '', key: found[2] ?? '' };
}
