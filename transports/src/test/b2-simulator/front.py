"""The B2 service as Backblaze's own Python library simulates it in memory, behind HTTP on loopback, for tests.

Run with the port to listen on. Prints one line of JSON, the key and the bucket, when it is ready. The simulator of b2sdk
knows version 2 of the interface; what version 4 words differently is translated here. POST /admin/expire lets the current
login expire, POST /admin/fail-uploads?N lets the next N uploads fail.
"""
import base64
import inspect
import io
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote_plus

from b2sdk import exception as b2
from b2sdk.raw_simulator import BucketSimulator, RawSimulator

MIN_PART_SIZE = 5_000_000


def list_file_names(self, account_auth_token, start_file_name=None, max_file_count=None, prefix=None):
    """The newest finished version of each file: the simulator's own lets an upload that was begun hide the file before it,
    where the service goes on to show that until the upload is finished."""
    whole = self.file_name_and_id_to_file
    self.file_name_and_id_to_file = {key: file for key, file in whole.items() if file.action != 'start'}
    try:
        return ORIGINAL(self, account_auth_token, start_file_name, max_file_count, prefix)
    finally:
        self.file_name_and_id_to_file = whole


ORIGINAL = BucketSimulator.list_file_names
BucketSimulator.list_file_names = list_file_names
RawSimulator.MIN_PART_SIZE = MIN_PART_SIZE
LOCK = threading.Lock()
SIM = RawSimulator()
ACCOUNT, KEY = SIM.create_account()
LOGIN = SIM.authorize_account('x', ACCOUNT, KEY)
BUCKET = SIM.create_bucket(SIM.API_URL, LOGIN['authorizationToken'], ACCOUNT, 'packhorse', 'allPrivate')['bucketId']


class Refused(Exception):
    def __init__(self, status, code, message):
        super().__init__(message)
        self.reply = dict(status=status, code=code, message=message)


def refusal(error):
    """How the service words what the simulator raises."""
    if isinstance(error, Refused):
        return error.reply
    if isinstance(error, KeyError):
        return dict(status=404, code='file_not_present', message='not present')
    if isinstance(error, b2.InvalidAuthToken):
        expired = 'expired' in str(error)
        return dict(status=401, code='expired_auth_token' if expired else 'unauthorized', message=str(error))
    if isinstance(error, b2.Unauthorized):
        return dict(status=401, code='unauthorized', message=str(error))
    if isinstance(error, b2.ServiceError):
        return dict(status=503, code='service_unavailable', message=str(error))
    return dict(status=400, code='bad_request', message=repr(error))


def snake(name):
    return re.sub('([A-Z])', lambda match: '_' + match.group(1).lower(), name)


def unfinished(file_id):
    """The simulator would cancel a finished file, which the service does not."""
    file = SIM._get_bucket_by_id(BUCKET).file_id_to_file[file_id]
    if file.action != 'start':
        raise Refused(400, 'bad_request', 'No active upload for: ' + file_id)


class Front(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def url(self, path):
        # By the name under which it was asked, so that a proxy before it stays between.
        return 'http://%s%s' % (self.headers['Host'], path)

    def answer(self, work):
        try:
            with LOCK:
                status, headers, body = work()
        except Exception as error:
            reply = refusal(error)
            status, headers, body = reply['status'], {}, reply
        if not isinstance(body, bytes):
            headers['Content-Type'] = 'application/json;charset=utf-8'
            body = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, str(value))
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(self.authorize if self.path.endswith('b2_authorize_account') else self.download)

    def do_POST(self):
        content = self.rfile.read(int(self.headers['Content-Length']))
        if self.path.startswith('/upload/'):
            self.answer(lambda: self.upload(content))
        elif self.path.startswith('/admin/'):
            self.answer(self.admin)
        else:
            self.answer(lambda: self.function(self.path.rsplit('/', 1)[1][3:], json.loads(content)))

    def authorize(self):
        pair = base64.b64decode(self.headers['Authorization'].split()[1]).decode()
        login = SIM.authorize_account('x', *pair.split(':', 1))
        storage = dict(
            apiUrl=self.url(''), downloadUrl=self.url(''), absoluteMinimumPartSize=MIN_PART_SIZE,
            recommendedPartSize=100_000_000, allowed=dict(buckets=None, capabilities=[], namePrefix=None))
        return 200, {}, dict(
            accountId=ACCOUNT, authorizationToken=login['authorizationToken'], apiInfo=dict(storageApi=storage))

    def function(self, name, given):
        method = getattr(SIM, {'get_file_info': 'get_file_info_by_id'}.get(name, name))
        known = inspect.signature(method).parameters
        arguments = {snake(key): value for key, value in given.items()}
        if name == 'copy_part' and 'range' in arguments:
            first, last = arguments.pop('range')[len('bytes='):].split('-')
            arguments['bytes_range'] = (int(first), int(last))
        unknown = set(arguments) - set(known)
        if unknown:
            raise Refused(400, 'bad_request', 'unknown field: ' + ', '.join(unknown))
        if name in ('list_parts', 'cancel_large_file', 'finish_large_file'):
            unfinished(given['fileId'])
        reply = method(api_url=SIM.API_URL, account_auth_token=self.headers['Authorization'], **arguments)
        if 'uploadUrl' in reply:
            hidden = base64.urlsafe_b64encode(reply['uploadUrl'].encode()).decode()
            reply = dict(reply, uploadUrl=self.url('/upload/' + hidden))
        return 200, {}, reply

    def upload(self, content):
        url = base64.urlsafe_b64decode(self.path.rsplit('/', 1)[1]).decode()
        sha1, token, stream = self.headers['X-Bz-Content-Sha1'], self.headers['Authorization'], io.BytesIO(content)
        if '/part/' in url:
            number = int(self.headers['X-Bz-Part-Number'])
            return 200, {}, SIM.upload_part(url, token, number, len(content), sha1, stream)
        info = {name[10:].lower(): unquote_plus(value) for name, value in self.headers.items()
                if name.lower().startswith('x-bz-info-')}
        return 200, {}, SIM.upload_file(
            url, token, unquote_plus(self.headers['X-Bz-File-Name']), len(content), self.headers['Content-Type'],
            sha1, info, stream)

    def download(self):
        token, file_id = self.headers['Authorization'], self.path.split('fileId=')[1]
        if token in SIM.expired_auth_tokens or token not in SIM.auth_token_to_key:
            raise b2.InvalidAuthToken('auth token expired', 'auth_token_expired')
        data = SIM._get_bucket_by_id(BUCKET).file_id_to_file[file_id].data_bytes
        asked = re.fullmatch(r'bytes=(\d+)-(\d+)', self.headers.get('Range', ''))
        if asked is None:
            return 200, {'Content-Type': 'application/octet-stream'}, data
        first, last = int(asked.group(1)), min(int(asked.group(2)), len(data) - 1)
        if first > last:
            raise Refused(416, 'range_not_satisfiable', 'past the end')
        headers = {'Content-Type': 'application/octet-stream', 'Content-Range': 'bytes %d-%d/%d' % (first, last, len(data))}
        return 206, headers, data[first:last + 1]

    def admin(self):
        if self.path == '/admin/expire':
            SIM.expire_auth_token(SIM.current_token)
        else:
            SIM.set_upload_errors([b2.ServiceError('busy') for _ in range(int(self.path.split('?')[1]))])
        return 200, {}, {}


server = ThreadingHTTPServer(('127.0.0.1', int(sys.argv[1])), Front)
server.daemon_threads = True
print(json.dumps(dict(key_id=ACCOUNT, key=KEY, bucket_id=BUCKET)), flush=True)
server.serve_forever()
