package com.example;

import com.google.gson.Gson;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.Executors;

/** A web service on the server of the JDK: greets whoever asks, and says that it is well. */
public final class Hello {
    private static final int SECONDS_FOR_REQUESTS = 5;

    public static void main(String[] arguments) throws IOException {
        var port = Integer.parseInt(System.getenv().getOrDefault("PORT", "8080"));
        var server = HttpServer.create(new InetSocketAddress(port), 0);
        var workers = Executors.newFixedThreadPool(16);
        server.setExecutor(workers);
        server.createContext("/", exchange -> answer(exchange, new Gson().toJson(Map.of("hello", "world"))));
        server.createContext("/healthz", exchange -> answer(exchange, "\"ok\""));
        // Requests under way are answered before it ends.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            server.stop(SECONDS_FOR_REQUESTS);
            workers.shutdown();
        }));
        server.start();
        System.out.println("listening on port " + port);
    }

    private static void answer(HttpExchange exchange, String json) throws IOException {
        try (exchange) {
            var body = (json + "\n").getBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
