package dev.waybill.core.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.waybill.core.model.StateMachine.Event;
import dev.waybill.core.model.StateMachine.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class StateMachineTest {

  private static final Pattern ARROW =
      Pattern.compile("\\s*(\\[\\*]|[A-Z_]+) --> ([A-Z_]+): ([a-z ,]+)");
  private static final Pattern ROW =
      Pattern.compile("\\| (\\[\\*]|[A-Z_]+) \\| ([a-z ]+) \\| ([A-Z_]+) \\| .+ \\|");

  @Test
  void thePictureShowsExactlyTheTransitionsOfTheCode() throws IOException {
    List<Transition> drawn = new ArrayList<>();
    for (String line : document()) {
      Matcher matcher = ARROW.matcher(line);
      if (matcher.matches()) {
        for (String event : matcher.group(3).split(",")) {
          drawn.add(transition(matcher.group(1), event, matcher.group(2)));
        }
      }
    }
    assertThat(drawn)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(StateMachine.transitions());
  }

  @Test
  void theTableListsExactlyTheTransitionsOfTheCode() throws IOException {
    List<Transition> listed = new ArrayList<>();
    for (String line : document()) {
      Matcher matcher = ROW.matcher(line);
      if (matcher.matches()) {
        listed.add(transition(matcher.group(1), matcher.group(2), matcher.group(3)));
      }
    }
    assertThat(listed)
        .doesNotHaveDuplicates()
        .containsExactlyInAnyOrderElementsOf(StateMachine.transitions());
  }

  @Test
  void everyStateIsReachedAndEveryEventIsUsed() {
    Set<DeliveryState> reached = new HashSet<>();
    Set<Event> used = new HashSet<>();
    StateMachine.transitions()
        .forEach(
            each -> {
              reached.add(each.to());
              used.add(each.event());
            });
    assertThat(reached).containsExactlyInAnyOrder(DeliveryState.values());
    assertThat(used).containsExactlyInAnyOrder(Event.values());
  }

  @Test
  void onlySettledDeliveriesAreFinal() {
    assertThat(EnumSet.allOf(DeliveryState.class))
        .filteredOn(StateMachine::isFinal)
        .containsExactly(DeliveryState.COMPLETED, DeliveryState.DEAD_LETTERED, DeliveryState.DEAD);
  }

  @Test
  void aDeliveryInDoubtCanOnlyBeDecided() {
    assertThat(StateMachine.transitions())
        .filteredOn(each -> each.from().equals(Optional.of(DeliveryState.IN_DOUBT)))
        .extracting(Transition::event)
        .containsOnly(Event.COMMITTED, Event.ROLLED_BACK);
  }

  private static Transition transition(String from, String event, String to) {
    return new Transition(
        from.equals("[*]") ? Optional.empty() : Optional.of(DeliveryState.valueOf(from)),
        Event.valueOf(event.strip().replace(' ', '_').toUpperCase(Locale.ROOT)),
        DeliveryState.valueOf(to));
  }

  private static List<String> document() throws IOException {
    return Files.readAllLines(Path.of("../../docs/state-machine.md"));
  }
}
