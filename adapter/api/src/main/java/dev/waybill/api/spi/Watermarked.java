package dev.waybill.api.spi;

/** A message that can be told from duplicates; implemented by the adapter only. */
public interface Watermarked {

  /** See {@link dev.waybill.api.Watermark#firstTime}. */
  boolean firstTime();
}
