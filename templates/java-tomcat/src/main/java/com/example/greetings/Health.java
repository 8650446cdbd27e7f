package com.example.greetings;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Whoever gets this answer has come through all there is: there is nothing behind the server yet. What the app cannot do
 * without, a database say, is to be asked here.
 */
@WebServlet("/healthz")
public final class Health extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("application/json");
        response.getWriter().print("{\"ok\":true}\n");
    }
}
