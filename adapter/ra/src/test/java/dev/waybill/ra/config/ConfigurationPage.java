package dev.waybill.ra.config;

import java.util.List;

/** The reference page of all properties, written from their definitions. */
final class ConfigurationPage {

  private static final String HEAD =
      """
      # Configuration

      <!-- Written from the definitions in adapter/ra, package dev.waybill.ra.config. Do not edit: change a definition,
           then run  mvn -o test -pl adapter/api,adapter/core,adapter/ra -Dwaybill.docs=write -->

      Durations are an integer with `ms`, `s`, `m`, `h` or `d` (`500ms`, `30s`, `12h`), or ISO-8601 (`PT30S`); a number without a unit is an
      error. Empty values count as absent. All problems of a configuration are reported at once, each with its value, what would be accepted
      and the fix.
      """;

  private ConfigurationPage() {}

  static String text() {
    return HEAD
        + section(
            "Resource adapter",
            "Set once for the server, for example in `ra.xml` or with Payara's"
                + " `create-resource-adapter-config`. With nothing set, the queue lives in an"
                + " embedded H2 database.",
            AdapterProperties.ALL)
        + section(
            "Producer and receiver",
            "`QueueProducer` and `QueueReceiver`, from connection factories, have no properties of"
                + " their own. What is received, and how, is said by each `ReceiveRequest`.",
            ProducerProperties.ALL)
        + section(
            "Activation",
            "Set on each message-driven bean, as `@ActivationConfigProperty` or in its deployment"
                + " descriptor.",
            ActivationProperties.ALL);
  }

  private static String section(String title, String intro, List<Property<?>> properties) {
    StringBuilder out = new StringBuilder("\n## " + title + "\n\n" + intro + "\n");
    if (!properties.isEmpty()) {
      out.append("\n| property | type | default | accepted | |\n|---|---|---|---|---|\n");
      properties.forEach(property -> out.append(row(property)));
    }
    return out.toString();
  }

  private static String row(Property<?> property) {
    return "| `"
        + property.name()
        + "` | "
        + property.type().label()
        + " | "
        + property.standard().map(text -> "`" + text + "`").orElse("")
        + " | "
        + property.type().accepted()
        + " | "
        + property.sentence()
        + " |\n";
  }
}
