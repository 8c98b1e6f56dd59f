import fish.payara.micro.PayaraMicro;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/** Starts Payara Micro with the given arguments, and says in one line where the sample is. */
final class Demo {

  private Demo() {}

  public static void main(String[] arguments) throws Exception {
    URI page = URI.create("http://localhost:" + System.getProperty("demo.port") + "/");
    // Recovery reads the transaction log only from an absolute path; the boot commands build it from this.
    System.setProperty("demo.root", Path.of("").toAbsolutePath().toString());
    PayaraMicro.main(arguments);
    System.out.println();
    if (answers(page.resolve("orders/summary"))) {
      System.out.println("The order desk is open: " + page + "   (Ctrl-C stops it)");
    } else {
      System.out.println("The order desk did not open; the lines above say why. Ctrl-C stops the server.");
    }
    System.out.println();
  }

  private static boolean answers(URI address) throws InterruptedException {
    try {
      return HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
