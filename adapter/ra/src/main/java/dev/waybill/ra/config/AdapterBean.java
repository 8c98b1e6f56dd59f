package dev.waybill.ra.config;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * The adapter's properties as the container sets them (Jakarta Connectors 2.1, chapter 19.4). Keeps
 * the texts as they are; {@link AdapterConfiguration} reads them. Set before the adapter starts,
 * read only afterwards.
 */
public abstract class AdapterBean implements Serializable {

  private static final long serialVersionUID = 1L;

  private final TreeMap<String, String> texts = new TreeMap<>();

  /** The configured texts by property name. */
  protected final Map<String, String> texts() {
    return texts;
  }

  private void set(Property<?> property, String text) {
    texts.put(property.name(), text);
  }

  private String get(Property<?> property) {
    return texts.get(property.name());
  }

  public String getUrl() {
    return get(AdapterProperties.URL);
  }

  public void setUrl(String text) {
    set(AdapterProperties.URL, text);
  }

  public String getUser() {
    return get(AdapterProperties.USER);
  }

  public void setUser(String text) {
    set(AdapterProperties.USER, text);
  }

  public String getPassword() {
    return get(AdapterProperties.PASSWORD);
  }

  public void setPassword(String text) {
    set(AdapterProperties.PASSWORD, text);
  }

  public String getDataSource() {
    return get(AdapterProperties.DATA_SOURCE);
  }

  public void setDataSource(String text) {
    set(AdapterProperties.DATA_SOURCE, text);
  }

  public String getNonJtaDataSource() {
    return get(AdapterProperties.NON_JTA_DATA_SOURCE);
  }

  public void setNonJtaDataSource(String text) {
    set(AdapterProperties.NON_JTA_DATA_SOURCE, text);
  }

  public String getCommitPath() {
    return get(AdapterProperties.COMMIT_PATH);
  }

  public void setCommitPath(String text) {
    set(AdapterProperties.COMMIT_PATH, text);
  }

  public String getEmbeddedDirectory() {
    return get(AdapterProperties.EMBEDDED_DIRECTORY);
  }

  public void setEmbeddedDirectory(String text) {
    set(AdapterProperties.EMBEDDED_DIRECTORY, text);
  }

  public String getSyncOnCommit() {
    return get(AdapterProperties.SYNC_ON_COMMIT);
  }

  public void setSyncOnCommit(String text) {
    set(AdapterProperties.SYNC_ON_COMMIT, text);
  }

  public String getSchemaMode() {
    return get(AdapterProperties.SCHEMA_MODE);
  }

  public void setSchemaMode(String text) {
    set(AdapterProperties.SCHEMA_MODE, text);
  }

  public String getNodeName() {
    return get(AdapterProperties.NODE_NAME);
  }

  public void setNodeName(String text) {
    set(AdapterProperties.NODE_NAME, text);
  }

  public String getAutoCreateQueues() {
    return get(AdapterProperties.AUTO_CREATE_QUEUES);
  }

  public void setAutoCreateQueues(String text) {
    set(AdapterProperties.AUTO_CREATE_QUEUES, text);
  }

  public String getMaxMessageBytes() {
    return get(AdapterProperties.MAX_MESSAGE_BYTES);
  }

  public void setMaxMessageBytes(String text) {
    set(AdapterProperties.MAX_MESSAGE_BYTES, text);
  }

  public String getMaxBatchMessages() {
    return get(AdapterProperties.MAX_BATCH_MESSAGES);
  }

  public void setMaxBatchMessages(String text) {
    set(AdapterProperties.MAX_BATCH_MESSAGES, text);
  }

  public String getMaxBatchBytes() {
    return get(AdapterProperties.MAX_BATCH_BYTES);
  }

  public void setMaxBatchBytes(String text) {
    set(AdapterProperties.MAX_BATCH_BYTES, text);
  }

  public String getMaxDelay() {
    return get(AdapterProperties.MAX_DELAY);
  }

  public void setMaxDelay(String text) {
    set(AdapterProperties.MAX_DELAY, text);
  }

  public String getDeduplicationWindow() {
    return get(AdapterProperties.DEDUPLICATION_WINDOW);
  }

  public void setDeduplicationWindow(String text) {
    set(AdapterProperties.DEDUPLICATION_WINDOW, text);
  }

  public String getPriorityAgeing() {
    return get(AdapterProperties.PRIORITY_AGEING);
  }

  public void setPriorityAgeing(String text) {
    set(AdapterProperties.PRIORITY_AGEING, text);
  }

  public String getAllowedJavaClasses() {
    return get(AdapterProperties.ALLOWED_JAVA_CLASSES);
  }

  public void setAllowedJavaClasses(String text) {
    set(AdapterProperties.ALLOWED_JAVA_CLASSES, text);
  }

  public String getPoolSize() {
    return get(AdapterProperties.POOL_SIZE);
  }

  public void setPoolSize(String text) {
    set(AdapterProperties.POOL_SIZE, text);
  }

  public String getPollInterval() {
    return get(AdapterProperties.POLL_INTERVAL);
  }

  public void setPollInterval(String text) {
    set(AdapterProperties.POLL_INTERVAL, text);
  }

  public String getDrainTimeout() {
    return get(AdapterProperties.DRAIN_TIMEOUT);
  }

  public void setDrainTimeout(String text) {
    set(AdapterProperties.DRAIN_TIMEOUT, text);
  }

  public String getReleaseHold() {
    return get(AdapterProperties.RELEASE_HOLD);
  }

  public void setReleaseHold(String text) {
    set(AdapterProperties.RELEASE_HOLD, text);
  }

  public String getDeadRetention() {
    return get(AdapterProperties.DEAD_RETENTION);
  }

  public void setDeadRetention(String text) {
    set(AdapterProperties.DEAD_RETENTION, text);
  }

  public String getRecoveryWait() {
    return get(AdapterProperties.RECOVERY_WAIT);
  }

  public void setRecoveryWait(String text) {
    set(AdapterProperties.RECOVERY_WAIT, text);
  }
}
