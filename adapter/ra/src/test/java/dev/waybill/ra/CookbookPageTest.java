package dev.waybill.ra;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.ra.config.ActivationConfiguration;
import dev.waybill.ra.config.InvalidConfigurationException;
import dev.waybill.ra.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What docs/cookbook.md shows is compiled, accepted, and there for everything offered. */
class CookbookPageTest {

  private static final List<String> ROWS =
      Stream.of(rows("S", 13), rows("M", 19), rows("P", 4)).flatMap(List::stream).toList();
  private static final Pattern ANNOTATED =
      Pattern.compile(
          "@ActivationConfigProperty\\(\\s*propertyName = \"(\\w+)\",\\s*"
              + "propertyValue = \"([^\"]*)\"\\)");
  private static final Pattern DESCRIBED =
      Pattern.compile(
          "<activation-config-property-name>(\\w+)<.*\\s*"
              + "<activation-config-property-value>([^<]*)<");

  private static String page;

  @BeforeAll
  static void read() throws IOException {
    page = ProjectFiles.read(Cookbook.PAGE);
    if (System.getProperty("waybill.docs").equals("write")) {
      page = Cookbook.rewritten(page);
      Files.writeString(Cookbook.PAGE, page);
    }
  }

  @Test
  void everyRowHasASectionWithAnExample() {
    assertThat(Cookbook.rows(page)).isEqualTo(ROWS);
    assertThat(Cookbook.blocks(page)).extracting(Cookbook.Block::row).containsAll(ROWS);
  }

  @Test
  void whatItShowsIsWhatIsCompiled() throws IOException {
    Map<String, List<String>> shown =
        Cookbook.blocks(page).stream()
            .filter(block -> block.language().equals("java"))
            .collect(groupingBy(Cookbook.Block::row, mapping(Cookbook.Block::text, toList())));
    assertThat(shown)
        .as("rewrite %s with -Dwaybill.docs=write", Cookbook.PAGE)
        .isEqualTo(Cookbook.excerpts());
  }

  @Test
  void anExampleIsShort() {
    assertThat(Cookbook.blocks(page))
        .allSatisfy(block -> assertThat(block.text().lines().count()).isLessThanOrEqualTo(25));
  }

  @Test
  void itsBeansAreConfiguredAsTheAdapterAccepts() {
    List<Map<String, String>> beans =
        Cookbook.blocks(page).stream()
            .filter(block -> !block.row().equals("M18"))
            .flatMap(block -> Stream.of(configured(block, ANNOTATED), described(block)))
            .filter(bean -> !bean.isEmpty())
            .toList();
    assertThat(beans).hasSizeGreaterThan(5);
    assertThat(beans).allSatisfy(bean -> assertThat(problems(bean)).isEmpty());
  }

  @Test
  void theErrorItShowsIsTheAdapters() {
    List<Cookbook.Block> mistaken =
        Cookbook.blocks(page).stream().filter(block -> block.row().equals("M18")).toList();
    assertThat(mistaken).hasSize(2);
    String error =
        new InvalidConfigurationException(
                "Activation of MistakenBean", problems(configured(mistaken.get(0), ANNOTATED)))
            .getMessage();
    assertThat(mistaken.get(1).text().replaceAll("\\s+", " ").strip()).isEqualTo(error);
  }

  /** A descriptor leaves the queue to the bean's annotation. */
  private static Map<String, String> described(Cookbook.Block block) {
    Map<String, String> bean = configured(block, DESCRIBED);
    if (!bean.isEmpty()) {
      bean.putIfAbsent("queue", "app:orders");
    }
    return bean;
  }

  private static Map<String, String> configured(Cookbook.Block block, Pattern property) {
    return property
        .matcher(block.text())
        .results()
        .collect(toMap((MatchResult at) -> at.group(1), at -> at.group(2)));
  }

  /** As {@code EndpointActivation} puts them together. */
  private static List<Problem> problems(Map<String, String> bean) {
    List<Problem> problems = new ArrayList<>();
    for (Problem unknown : ActivationConfiguration.unknown(bean.keySet())) {
      problems.add(
          new Problem(
              unknown.property(),
              bean.get(unknown.property()),
              unknown.what(),
              unknown.accepted(),
              unknown.fix()));
    }
    problems.addAll(ActivationConfiguration.problems(bean));
    return problems;
  }

  private static List<String> rows(String kind, int last) {
    return IntStream.rangeClosed(1, last).mapToObj(number -> kind + number).toList();
  }
}
