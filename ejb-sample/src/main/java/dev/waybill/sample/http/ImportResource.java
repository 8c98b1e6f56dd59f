package dev.waybill.sample.http;

import dev.waybill.sample.bulk.ImportProgress;
import dev.waybill.sample.bulk.OrderImport;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;

/** Starts the import of the bundled orders and shows how far it is. */
@Path("import")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class ImportResource {

  @Inject private OrderImport imports;

  @Context private UriInfo uri;

  /** Starts an import; its progress is at the same address. */
  @POST
  public Response start() {
    ImportProgress started =
        imports
            .start()
            .orElseThrow(
                () ->
                    new ClientErrorException(
                        "An import is running. Wait until it has ended, then start the next.",
                        Response.Status.CONFLICT));
    return Response.accepted(started).location(uri.getAbsolutePath()).build();
  }

  /** Shows how far the running or the last import is. */
  @GET
  public ImportProgress progress() {
    return imports.progress();
  }
}
