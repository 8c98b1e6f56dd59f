package dev.waybill.itests.crash;

import dev.waybill.itests.crash.app.DeadOrderBean;
import dev.waybill.itests.crash.app.OrderBean;
import dev.waybill.itests.crash.app.ShippingBean;
import dev.waybill.itests.crash.streams.EntryBean;
import dev.waybill.itests.server.Administration;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** What a node runs, under the path {@code /crash}. */
enum NodeApplication {
  /** Places, handles and ships orders. */
  ORDERS(
      OrderBean.class.getPackage(),
      List.of(OrderBean.class, ShippingBean.class, DeadOrderBean.class),
      List.of()),
  /** Sends entries in streams, and handles them. */
  ENTRIES(EntryBean.class.getPackage(), List.of(EntryBean.class), List.of()),
  /** Sends entries in streams. */
  ENTRY_PRODUCERS(EntryBean.class.getPackage(), List.of(), List.of(EntryBean.class));

  private final Package classes;
  private final List<Class<?>> beans;
  private final List<Class<?>> without;

  NodeApplication(Package classes, List<Class<?>> beans, List<Class<?>> without) {
    this.classes = classes;
    this.beans = beans;
    this.without = without;
  }

  /** Writes its archive. */
  Path export(Path directory) {
    WebArchive war =
        ShrinkWrap.create(WebArchive.class, "crash.war")
            .addPackage(classes)
            .addAsWebInfResource(new StringAsset(descriptor()), "glassfish-ejb-jar.xml");
    without.forEach(war::deleteClass);
    return Administration.export(war, directory);
  }

  /** Recovery asks for the adapter of each bean by name. */
  private String descriptor() {
    return beans.stream()
        .map(Class::getSimpleName)
        .map(
            bean ->
                "<ejb><ejb-name>%s</ejb-name><mdb-resource-adapter><resource-adapter-mid>waybill"
                        .formatted(bean)
                    + "</resource-adapter-mid></mdb-resource-adapter></ejb>")
        .collect(
            Collectors.joining(
                "",
                "<glassfish-ejb-jar><enterprise-beans>",
                "</enterprise-beans></glassfish-ejb-jar>"));
  }
}
