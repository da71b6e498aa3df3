package dev.packhorse.transport.s3;

import java.io.IOException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;

/// Tells the [CallScope] of the calling thread of each request and of each block that passes, in
/// either direction.
final class WatchedHttpClient implements SdkHttpClient {
    private final SdkHttpClient client;

    WatchedHttpClient(SdkHttpClient client) {
        this.client = client;
    }

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        CallScope scope =
                CallScope.current()
                        .orElseThrow(() -> new IllegalStateException("a call without a watch"));
        ExecutableHttpRequest prepared = client.prepareRequest(watched(request, scope));
        scope.began(prepared);
        return new ExecutableHttpRequest() {
            @Override
            public HttpExecuteResponse call() throws IOException {
                return watched(prepared.call(), scope);
            }

            @Override
            public void abort() {
                prepared.abort();
            }
        };
    }

    private static HttpExecuteRequest watched(HttpExecuteRequest request, CallScope scope) {
        if (request.contentStreamProvider().isEmpty()) {
            return request;
        }
        ContentStreamProvider body = request.contentStreamProvider().get();
        return HttpExecuteRequest.builder()
                .request(request.httpRequest())
                .contentStreamProvider(
                        () -> new WatchedStream(body.newStream(), scope, Long.MAX_VALUE, false))
                .build();
    }

    private static HttpExecuteResponse watched(HttpExecuteResponse response, CallScope scope) {
        scope.progressed(0);
        if (response.responseBody().isEmpty()) {
            return response;
        }
        AbortableInputStream body = response.responseBody().get();
        return HttpExecuteResponse.builder()
                .response(response.httpResponse())
                .responseBody(
                        AbortableInputStream.create(
                                new WatchedStream(body, scope, scope.mostReplyBytes(), true), body))
                .build();
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
