package dev.waybill.itests.control;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;

/**
 * Runs administration commands inside the server: Payara Micro listens for none from outside. The
 * words of the command are the lines of the request's body, the answer is what the command said.
 * Reflection, because the server's classes are not on the class path of the tests.
 */
@WebServlet("/run")
public class ServerControl extends HttpServlet {

  private static final long serialVersionUID = 1L;

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    List<String> words = request.getReader().lines().toList();
    try {
      Object result = run(words);
      Object status = call(result, "getExitStatus");
      Object output = call(result, "getOutput");
      Object failure = call(result, "getFailureCause");
      response.setStatus(status.toString().equals("FAILURE") ? 500 : 200);
      response.setContentType("text/plain;charset=UTF-8");
      response.getWriter().println(status + "\n" + output + (failure == null ? "" : failure));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("This server does not run commands as expected: " + e, e);
    }
  }

  private static Object run(List<String> words) throws ReflectiveOperationException {
    ClassLoader server = Thread.currentThread().getContextClassLoader();
    Object habitat =
        Class.forName("org.glassfish.internal.api.Globals", true, server)
            .getMethod("getDefaultHabitat")
            .invoke(null);
    Class<?> runnerType = Class.forName("org.glassfish.embeddable.CommandRunner", true, server);
    Object runner =
        Arrays.stream(habitat.getClass().getMethods())
            .filter(m -> m.getName().equals("getService"))
            .filter(m -> Arrays.equals(m.getParameterTypes(), serviceParameters()))
            .findFirst()
            .orElseThrow()
            .invoke(habitat, runnerType, new java.lang.annotation.Annotation[0]);
    String[] options = words.subList(1, words.size()).toArray(String[]::new);
    return runnerType
        .getMethod("run", String.class, String[].class)
        .invoke(runner, words.get(0), options);
  }

  private static Class<?>[] serviceParameters() {
    return new Class<?>[] {Class.class, java.lang.annotation.Annotation[].class};
  }

  private static Object call(Object target, String method) throws ReflectiveOperationException {
    Method found = target.getClass().getMethod(method);
    found.setAccessible(true);
    return found.invoke(target);
  }
}
