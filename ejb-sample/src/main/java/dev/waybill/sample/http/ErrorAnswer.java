package dev.waybill.sample.http;

import dev.waybill.sample.order.Problem;
import jakarta.json.bind.annotation.JsonbPropertyOrder;
import java.util.List;

/**
 * The body of every answer that is an error.
 *
 * @param error what happened, and what to do
 * @param problems everything that is wrong with the request, possibly none
 */
@JsonbPropertyOrder({"error", "problems"})
public record ErrorAnswer(String error, List<Problem> problems) {}
