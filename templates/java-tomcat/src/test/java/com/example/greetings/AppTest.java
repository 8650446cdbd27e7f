package com.example.greetings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The app on a Tomcat of its own, over HTTP. */
class AppTest {
    private static final Tomcat TOMCAT = new Tomcat();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start(@TempDir Path folder) throws LifecycleException {
        TOMCAT.setBaseDir(folder.toString());
        TOMCAT.setPort(0);
        TOMCAT.setSilent(true);
        TOMCAT.getConnector();
        var context = TOMCAT.addContext("", null);
        for (var servlet : new HttpServlet[] {new Greetings("Ahoy"), new Health()}) {
            var type = servlet.getClass();
            Tomcat.addServlet(context, type.getName(), servlet);
            for (var path : type.getAnnotation(WebServlet.class).value()) {
                context.addServletMappingDecoded(path, type.getName());
            }
        }
        TOMCAT.start();
    }

    @AfterAll
    static void stop() throws LifecycleException {
        TOMCAT.stop();
        TOMCAT.destroy();
    }

    @Test
    void greetsTheWorld() throws Exception {
        assertEquals("Ahoy, world!\n", get("/").body());
    }

    @Test
    void greetsByName() throws Exception {
        var answer = get("/?name=%C3%89lan%20%3Cb%3E");
        assertEquals("Ahoy, Élan <b>!\n", answer.body());
        assertEquals("text/plain;charset=UTF-8", answer.headers().firstValue("content-type").orElseThrow());
    }

    @Test
    void saysThatItIsWell() throws Exception {
        assertEquals("{\"ok\":true}\n", get("/healthz").body());
    }

    @Test
    void hasNothingElse() throws Exception {
        assertEquals(404, get("/other").statusCode());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        var address = URI.create("http://localhost:" + TOMCAT.getConnector().getLocalPort() + path);
        return CLIENT.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
    }
}
