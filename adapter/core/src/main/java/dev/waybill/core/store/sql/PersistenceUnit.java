package dev.waybill.core.store.sql;

import dev.waybill.api.QueueException;
import dev.waybill.api.QueueException.Kind;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.SharedCacheMode;
import jakarta.persistence.ValidationMode;
import jakarta.persistence.spi.ClassTransformer;
import jakarta.persistence.spi.PersistenceProvider;
import jakarta.persistence.spi.PersistenceProviderResolverHolder;
import jakarta.persistence.spi.PersistenceUnitInfo;
import jakarta.persistence.spi.PersistenceUnitTransactionType;
import java.net.URL;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;

/**
 * The persistence unit, built in code: a {@code META-INF/persistence.xml} inside an adapter would
 * be deployed by the container. RESOURCE_LOCAL on a given DataSource, with the container's
 * provider.
 */
public final class PersistenceUnit {

  private static final AtomicLong NUMBERS = new AtomicLong();

  private PersistenceUnit() {}

  /**
   * Builds an entity manager factory.
   *
   * @param dataSource where its connections come from
   * @param entities the entity classes
   * @return open; its owner closes it
   */
  public static EntityManagerFactory open(DataSource dataSource, List<Class<?>> entities) {
    ClassLoader loader = PersistenceUnit.class.getClassLoader();
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(loader);
    try {
      // Providers keep units by name: each of ours gets its own.
      String name = "waybill-" + NUMBERS.incrementAndGet();
      Info info =
          new Info(name, dataSource, entities.stream().map(Class::getName).toList(), loader);
      for (PersistenceProvider provider :
          PersistenceProviderResolverHolder.getPersistenceProviderResolver()
              .getPersistenceProviders()) {
        EntityManagerFactory factory =
            provider.createContainerEntityManagerFactory(info, properties(name));
        if (factory != null) {
          deploy(factory);
          return factory;
        }
      }
      throw new QueueException(
          Kind.INTERNAL,
          "The server offers no Jakarta Persistence provider to the adapter. Enable one (for"
              + " example the feature persistence on Open Liberty).");
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Providers put the work off to the first use; here it is still our class loader's turn. */
  private static void deploy(EntityManagerFactory factory) {
    try {
      factory.createEntityManager().close();
    } catch (RuntimeException e) {
      factory.close();
      throw e;
    }
  }

  private static Map<String, Object> properties(String name) {
    return Map.of(
        "eclipselink.session-name", name,
        "eclipselink.weaving", "false",
        "eclipselink.cache.shared.default", "false",
        // Reads, too, belong on the transaction's own connection: locks taken elsewhere are none.
        "eclipselink.transaction.join-existing-transaction", "true",
        "eclipselink.target-server", "None",
        "eclipselink.logging.level", "OFF",
        "hibernate.hbm2ddl.auto", "none");
  }

  private record Info(
      String name, DataSource dataSource, List<String> classNames, ClassLoader loader)
      implements PersistenceUnitInfo {

    @Override
    public String getPersistenceUnitName() {
      return name;
    }

    @Override
    public String getPersistenceProviderClassName() {
      return null;
    }

    @Override
    public PersistenceUnitTransactionType getTransactionType() {
      return PersistenceUnitTransactionType.RESOURCE_LOCAL;
    }

    @Override
    public DataSource getJtaDataSource() {
      return null;
    }

    @Override
    public DataSource getNonJtaDataSource() {
      return dataSource;
    }

    @Override
    public List<String> getMappingFileNames() {
      return List.of();
    }

    @Override
    public List<URL> getJarFileUrls() {
      return List.of();
    }

    @Override
    public URL getPersistenceUnitRootUrl() {
      return PersistenceUnit.class.getProtectionDomain().getCodeSource().getLocation();
    }

    @Override
    public List<String> getManagedClassNames() {
      return classNames;
    }

    @Override
    public boolean excludeUnlistedClasses() {
      return true;
    }

    @Override
    public SharedCacheMode getSharedCacheMode() {
      return SharedCacheMode.NONE;
    }

    @Override
    public ValidationMode getValidationMode() {
      return ValidationMode.NONE;
    }

    @Override
    public Properties getProperties() {
      return new Properties();
    }

    @Override
    public String getPersistenceXMLSchemaVersion() {
      return "3.0";
    }

    @Override
    public ClassLoader getClassLoader() {
      return loader;
    }

    @Override
    public void addTransformer(ClassTransformer transformer) {}

    @Override
    public ClassLoader getNewTempClassLoader() {
      return loader;
    }
  }
}
