package com.example.greetings;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Greets whoever asks, at the top alone. */
@WebServlet("")
public final class Greetings extends HttpServlet {
    private final String greeting;

    public Greetings() {
        this(System.getenv().getOrDefault("GREETING", "Hello"));
    }

    Greetings(String greeting) {
        this.greeting = greeting;
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var name = request.getParameter("name");
        // Plain text: what the visitor sends is nothing that a browser would run.
        response.setContentType("text/plain");
        response.setCharacterEncoding(StandardCharsets.UTF_8.name());
        response.getWriter().print(greeting + ", " + (name == null || name.isBlank() ? "world" : name) + "!\n");
    }
}
