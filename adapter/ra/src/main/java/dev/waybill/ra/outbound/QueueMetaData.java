package dev.waybill.ra.outbound;

import jakarta.resource.spi.ManagedConnectionMetaData;

/** What the adapter tells about its connections. */
final class QueueMetaData implements ManagedConnectionMetaData {

  @Override
  public String getEISProductName() {
    return "Waybill";
  }

  @Override
  public String getEISProductVersion() {
    String version = QueueMetaData.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /** No limit. */
  @Override
  public int getMaxConnections() {
    return 0;
  }

  @Override
  public String getUserName() {
    return "";
  }
}
