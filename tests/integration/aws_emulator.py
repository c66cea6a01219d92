"""AWS as moto emulates it, with one function: aws_emulator.py

Serves IAM, Lambda's Invoke API and the checks of signatures (which are botocore's) on a free port
of loopback, until it is killed. The function `echo` returns the event it gets, unless it was said
with POST /moto-api/static/lambda-simple/response what it returns next; no container is needed.
Prints one line: PORT ACCESS_KEY_ID SECRET_ACCESS_KEY, for a user who may do all.

Needs the Python packages that tests/fixtures/fetch_aws_emulator installs.
"""

import io
import json
import threading
import zipfile

import boto3
from moto import settings
from moto.core.config import default_user_config
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRole",
            "Principal": {"Service": "lambda.amazonaws.com"},
        }
    ],
}


def package():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("echo.py", "def handler(event, context):\n    return event\n")
    return archive.getvalue()


def prepare(url):
    """The function, and the key of somebody who may call it."""

    def client(service):
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=url,
            aws_access_key_id="nobody",
            aws_secret_access_key="nothing",
        )

    iam = client("iam")
    role = iam.create_role(RoleName="echo", AssumeRolePolicyDocument=json.dumps(TRUST))
    client("lambda").create_function(
        FunctionName="echo",
        Runtime="python3.12",
        Role=role["Role"]["Arn"],
        Handler="echo.handler",
        Code={"ZipFile": package()},
    )
    iam.create_user(UserName="gateway")
    iam.put_user_policy(UserName="gateway", PolicyName="all", PolicyDocument=json.dumps(ALL))
    return iam.create_access_key(UserName="gateway")["AccessKey"]


def main():
    default_user_config["lambda"] = {"use_docker": False}
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    key = prepare(f"http://127.0.0.1:{port}")
    # From here on requests must be signed by a key that exists.
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    print(port, key["AccessKeyId"], key["SecretAccessKey"], flush=True)
    threading.Event().wait()


main()
