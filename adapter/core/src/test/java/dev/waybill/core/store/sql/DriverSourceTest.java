package dev.waybill.core.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Driver;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An adapter that is undeployed leaves no driver behind. */
class DriverSourceTest {

  @ParameterizedTest
  @ValueSource(strings = {"org.h2.Driver", "org.postgresql.Driver"})
  void aDriverOfTheAdaptersOwnLoaderIsLoadedButNotLeftWithTheDriverManager(String driver)
      throws Exception {
    try (URLClassLoader adapter = new URLClassLoader(classPath(), parent())) {
      Class<?> source = adapter.loadClass(DriverSource.class.getName());
      var load = source.getDeclaredMethod("load", String.class, ClassLoader.class);
      load.setAccessible(true);
      var entered =
          adapter.loadClass(DriverSourceTest.class.getName()).getDeclaredMethod("entered");
      entered.setAccessible(true);

      Driver first = (Driver) load.invoke(null, driver, adapter);
      Driver second = (Driver) load.invoke(null, driver, adapter);

      assertThat(first.getClass().getClassLoader()).isSameAs(adapter);
      assertThat(second.getClass()).isSameAs(first.getClass());
      assertThat(((List<?>) entered.invoke(null)).contains(adapter)).isFalse();
    }
  }

  @Test
  void aDriverThatWasThereBeforeStays() {
    ClassLoader own = getClass().getClassLoader();
    assertThat(entered()).contains(own);

    DriverSource.load("org.h2.Driver", own);

    assertThat(entered()).contains(own);
  }

  /** The loaders of the drivers that the DriverManager shows to this class. */
  static List<ClassLoader> entered() {
    List<ClassLoader> loaders = new ArrayList<>();
    DriverManager.drivers().forEach(driver -> loaders.add(driver.getClass().getClassLoader()));
    return loaders;
  }

  private static ClassLoader parent() {
    return ClassLoader.getPlatformClassLoader();
  }

  private static URL[] classPath() throws Exception {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      urls.add(new File(entry).toURI().toURL());
    }
    return urls.toArray(URL[]::new);
  }
}
