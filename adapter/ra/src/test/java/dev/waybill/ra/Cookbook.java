package dev.waybill.ra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The cookbook: a section for each row, and the compiled classes that its examples are from. */
final class Cookbook {

  static final Path PAGE = ProjectFiles.ROOT.resolve("docs/cookbook.md");
  private static final Path CLASSES =
      ProjectFiles.ROOT.resolve("ejb-sample/src/test/java/dev/waybill/sample/cookbook");
  private static final Pattern SECTION = Pattern.compile("### .* \\(([A-Z]\\d+)\\)");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$");
  private static final Pattern EXCERPT =
      Pattern.compile("(?ms)^ *// tag: (\\w+)\\n(.*?)^ *// end$");

  private Cookbook() {}

  /**
   * A block of the page.
   *
   * @param row whose section it stands in
   * @param language what the page calls it
   */
  record Block(String row, String language, String text) {}

  /** The rows that have a section, in the order of the page. */
  static List<String> rows(String page) {
    return page.lines()
        .filter(line -> line.startsWith("##"))
        .map(SECTION::matcher)
        .filter(Matcher::matches)
        .map(section -> section.group(1))
        .toList();
  }

  /** All blocks of the page. */
  static List<Block> blocks(String page) {
    List<Block> blocks = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(page); block.find(); ) {
      blocks.add(new Block(rowAt(page, block.start()), block.group(1), block.group(2)));
    }
    return blocks;
  }

  /** What is compiled for each row: the page's Java blocks, in their order. */
  static Map<String, List<String>> excerpts() throws IOException {
    Map<String, List<String>> excerpts = new TreeMap<>();
    try (Stream<Path> files = Files.list(CLASSES)) {
      for (Path file : files.sorted().toList()) {
        for (Matcher excerpt = EXCERPT.matcher(ProjectFiles.read(file)); excerpt.find(); ) {
          excerpts
              .computeIfAbsent(excerpt.group(1), row -> new ArrayList<>())
              .add(excerpt.group(2).stripTrailing().stripIndent() + "\n");
        }
      }
    }
    return excerpts;
  }

  /** The page with what is compiled in its Java blocks. */
  static String rewritten(String page) throws IOException {
    Map<String, List<String>> left = excerpts();
    return BLOCK
        .matcher(page)
        .replaceAll(
            block -> {
              List<String> texts = left.get(rowAt(page, block.start()));
              return Matcher.quoteReplacement(
                  block.group(1).equals("java") && texts != null && !texts.isEmpty()
                      ? "```java\n" + texts.remove(0) + "```"
                      : block.group());
            });
  }

  private static String rowAt(String page, int place) {
    List<String> before = rows(page.substring(0, place));
    return before.isEmpty() ? "" : before.get(before.size() - 1);
  }
}
